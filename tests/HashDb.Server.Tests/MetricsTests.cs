using System.Diagnostics.Metrics;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Telemetry;
using HashDb.Server.Tests.Support;

namespace HashDb.Server.Tests;

public sealed class MetricsTests
{
    [Fact]
    public void Instruments_are_written_as_the_text_format_has_it()
    {
        using var meter = new Meter("test");
        using var collector = new MetricsCollector(instrument => instrument.Meter == meter);
        Counter<long> counter = meter.CreateCounter<long>("app.things", "{thing}", "Things, with a \\ and\na line.");
        Histogram<double> histogram = meter.CreateHistogram(
            "app.time", "s", "Time.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2.5] });
        UpDownCounter<int> level = meter.CreateUpDownCounter<int>("app.level");
        meter.CreateObservableGauge(
            "app.memory", () => new Measurement<double>(1.5e9, new KeyValuePair<string, object?>("kind", "heap")), "By");
        meter.CreateObservableCounter("app.seen.bytes", () => 7L, "By");

        counter.Add(2, new KeyValuePair<string, object?>("na-me", "a \"b\" \\ c\nd"));
        counter.Add(3, new KeyValuePair<string, object?>("na-me", "a \"b\" \\ c\nd"));
        counter.Add(1, new KeyValuePair<string, object?>("na-me", null));
        foreach (double value in new[] { 0.5, 0.6, 1, 2.6, 100, double.NaN })
            histogram.Record(value);
        level.Add(5);
        level.Add(-7);

        // The two label sets of the counter come in any order.
        string[] lines = PrometheusText.Write(collector.Collect()).Split('\n');
        lines.Order(StringComparer.Ordinal).ShouldBe(
            """
            # HELP app_level 
            # TYPE app_level gauge
            app_level -2
            # HELP app_memory_bytes 
            # TYPE app_memory_bytes gauge
            app_memory_bytes{kind="heap"} 1500000000
            # HELP app_seen_bytes_total 
            # TYPE app_seen_bytes_total counter
            app_seen_bytes_total 7
            # HELP app_things_total Things, with a \\ and\na line.
            # TYPE app_things_total counter
            app_things_total{na_me="a \"b\" \\ c\nd"} 5
            app_things_total 1
            # HELP app_time_seconds Time.
            # TYPE app_time_seconds histogram
            app_time_seconds_bucket{le="0.5"} 1
            app_time_seconds_bucket{le="1"} 3
            app_time_seconds_bucket{le="2.5"} 3
            app_time_seconds_bucket{le="+Inf"} 6
            app_time_seconds_sum NaN
            app_time_seconds_count 6

            """.ReplaceLineEndings("\n").Split('\n').Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Label_sets_beyond_the_bound_are_summed_under_one_that_says_so()
    {
        using var meter = new Meter("test");
        using var collector = new MetricsCollector(instrument => instrument.Meter == meter);
        Counter<long> counter = meter.CreateCounter<long>("app.things");

        for (int i = 0; i < MetricsCollector.MaxSeries + 500; i++)
            counter.Add(1, new KeyValuePair<string, object?>("id", i));
        counter.Add(1, new KeyValuePair<string, object?>("id", 0));

        string[] samples =
        [
            .. PrometheusText.Write(collector.Collect()).Split('\n').Where(line => line.StartsWith("app_", StringComparison.Ordinal))
        ];
        samples.Length.ShouldBe(MetricsCollector.MaxSeries + 1);
        samples.ShouldContain("app_things_total{otel_metric_overflow=\"true\"} 500");
        samples.ShouldContain("app_things_total{id=\"0\"} 2");
    }

    [Fact]
    public async Task Measurements_from_many_threads_are_all_counted()
    {
        using var meter = new Meter("test");
        using var collector = new MetricsCollector(instrument => instrument.Meter == meter);
        Histogram<int> histogram = meter.CreateHistogram<int>("app.sizes");

        await Parallel.ForAsync(0, 8, (worker, _) =>
        {
            for (int i = 0; i < 10_000; i++)
                histogram.Record(1, new KeyValuePair<string, object?>("bucket", i % 10));
            return ValueTask.CompletedTask;
        });

        MetricFamily family = collector.Collect().Single();
        family.Series.Count().ShouldBe(10);
        family.Series.ShouldAllBe(series => series.Value == 8_000);
    }

    [Fact]
    public void Observed_label_set_that_is_gone_is_no_longer_shown()
    {
        using var meter = new Meter("test");
        using var collector = new MetricsCollector(instrument => instrument.Meter == meter);
        string name = "first";
        meter.CreateObservableGauge("app.level", () => new Measurement<int>(1, new KeyValuePair<string, object?>("name", name)));
        PrometheusText.Write(collector.Collect()).ShouldContain("first");

        name = "second";

        string text = PrometheusText.Write(collector.Collect());
        text.ShouldContain("second");
        text.ShouldNotContain("first");
    }

    [Fact]
    public async Task Metrics_endpoint_shows_what_the_server_did()
    {
        await using TestServer server =
            await TestServer.StartWithCollectionAsync(options => options with { HttpAddress = "127.0.0.1:0", Tokens = [] });
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        await client.AskAsync(2, Opcode.Insert, TestServer.Insert(0, 50));
        await client.AskAsync(3, Opcode.Search, TestServer.Search(1));
        await client.AskAsync(4, Opcode.Insert, TestServer.Insert(0, 1));
        await using (RawClient hostile = await RawClient.OpenAsync(server.EndPoint))
        {
            await hostile.SendAsync(uint.MaxValue, 1, 25, 0, []);
            await hostile.ReceiveAsync();
        }

        using var http = new HttpClient { BaseAddress = new Uri($"http://{server.Server.HttpEndPoint}") };
        string text = await http.GetStringAsync("/metrics");

        text.ShouldContain("hashdb_server_request_duration_seconds_count{db_operation_name=\"search\",db_collection_name=\"things\"} 1\n");
        text.ShouldContain("hashdb_server_request_duration_seconds_count{db_operation_name=\"insert\",db_collection_name=\"things\"} 1\n");
        text.ShouldContain(
            "hashdb_server_request_duration_seconds_count{db_operation_name=\"insert\","
            + "db_collection_name=\"things\",error_type=\"DuplicateId\"} 1\n");
        text.ShouldContain("hashdb_server_frames_rejected_total{error_type=\"ProtocolError\"} 1\n");
        text.ShouldContain("hashdb_collection_records{db_collection_name=\"things\"} 50\n");
        text.ShouldContain("hashdb_collection_generation{db_collection_name=\"things\"} 1\n");
        text.ShouldNotContain("hashdb_generation_phase");
        text.ShouldContain("hashdb_storage_log_commit_duration_seconds_count{db_collection_name=\"things\"}");
        text.ShouldContain("hashdb_client_query_candidates_bucket{db_collection_name=\"things\"");
        text.ShouldContain("# TYPE hashdb_collection_checkpoint_age_seconds gauge\n");
        text.ShouldContain("# TYPE hashdb_collection_posting_memory_bytes gauge\n");
        (await http.GetStringAsync("/healthz")).ShouldBe("ok\n");
        (await http.GetStringAsync("/readyz")).ShouldBe("ready\n");
        (await http.GetAsync("/other")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        (await http.PostAsync("/healthz", null)).StatusCode.ShouldBe(System.Net.HttpStatusCode.MethodNotAllowed);
    }
}
