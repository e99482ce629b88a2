// hnswlib, compiled for this machine. Settings are ef. README.md says what is spoken with peers.py.
#include <hnswlib.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace {

constexpr std::size_t kLinks = 16, kBuildEf = 200;
constexpr double kRecallSeconds = 20;

using Index = hnswlib::HierarchicalNSW<float>;
using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::vector<float> read(const char* path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) throw std::runtime_error(std::string("cannot read ") + path);
    std::vector<float> values(static_cast<std::size_t>(file.tellg()) / sizeof(float));
    file.seekg(0);
    file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(float)));
    return values;
}

const char* width() {
#if defined(__AVX512F__)
    return "AVX-512";
#elif defined(__AVX__)
    return "AVX";
#else
    return "no AVX";
#endif
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 7) return std::cerr << "usage: BASE QUERIES DIMENSIONS METRIC TOP INDEX\n", 2;
    const std::size_t dimensions = std::stoul(arguments[3]), top = std::stoul(arguments[5]);
    const std::string metric = arguments[4], path = arguments[6];
    const std::vector<float> queries = read(arguments[2]);
    const std::size_t asked = queries.size() / dimensions;

    // The rows of a cosine set have length 1 already, so the inner product is the cosine.
    std::unique_ptr<hnswlib::SpaceInterface<float>> space;
    if (metric == "euclidean") space = std::make_unique<hnswlib::L2Space>(dimensions);
    else space = std::make_unique<hnswlib::InnerProductSpace>(dimensions);

    std::unique_ptr<Index> index;
    const bool kept = std::ifstream(path).good();
    Clock::time_point start = Clock::now();
    double seconds = 0;
    if (kept) {
        index = std::make_unique<Index>(space.get(), path);
    } else {
        const std::vector<float> base = read(arguments[1]);
        const std::size_t rows = base.size() / dimensions;
        start = Clock::now();
        index = std::make_unique<Index>(space.get(), rows, kLinks, kBuildEf);
        for (std::size_t i = 0; i < rows; i++) index->addPoint(&base[i * dimensions], i);
        seconds = since(start);
        index->saveIndex(path);
    }
    const double rows = static_cast<double>(index->cur_element_count);
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    std::cout << "{\"built\": " << (kept ? "false" : "true") << ", \"insertSeconds\": " << seconds << ", \"readySeconds\": " << seconds
              << ", \"bytesPerVector\": " << static_cast<double>(file.tellg()) / rows - 4.0 * static_cast<double>(dimensions)
              << ", \"about\": \"hnswlib compiled with -O3 -march=native (" << width() << "), M " << kLinks << ", efConstruction "
              << kBuildEf << "\"}" << std::endl;

    auto search = [&](std::size_t query) { return index->searchKnn(&queries[query * dimensions], top); };
    std::size_t place = 0;
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream words(line);
        std::size_t ef = 0;
        double limit = 0;
        std::string results;
        words >> ef >> limit >> results;
        index->setEf(ef);
        if (results != "-") {
            std::ofstream out(results, std::ios::binary);
            start = Clock::now();
            for (std::size_t query = 0; query < asked && since(start) < kRecallSeconds; query++) {
                std::vector<std::int64_t> ids(top, -1);
                auto found = search(query);
                for (std::size_t i = 0; !found.empty(); i++, found.pop()) ids[i] = static_cast<std::int64_t>(found.top().second);
                out.write(reinterpret_cast<const char*>(ids.data()), static_cast<std::streamsize>(top * sizeof(std::int64_t)));
            }
        }
        std::size_t done = 0;
        start = Clock::now();
        for (; since(start) < limit; done++, place = (place + 1) % asked) search(place);
        std::cout << "{\"queries\": " << done << ", \"seconds\": " << since(start) << "}" << std::endl;
    }
}
