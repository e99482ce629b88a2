using System.Diagnostics;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json;
using System.Xml.Linq;
using HashDb.Packages.Tests.Support;

namespace HashDb.Packages.Tests;

/// <summary>
/// The packages once named nothing of what they need: a program restored and compiled with them, and died at its first call with "Could not
/// load file or assembly 'FASTER.core'". No test inside the tree could see that, because there the file was copied beside the
/// tests. So these
/// tests have nothing of the tree but its packages.
/// </summary>
public sealed class PackageTests(PackedFixture packed) : IClassFixture<PackedFixture>
{
    private string Pictures => Path.Combine(packed.Root, "data", "fashion-mnist", "t10k-images-idx3-ubyte.gz");

    [Fact]
    public void Every_package_has_what_a_registry_shows_and_a_debugger_asks_for()
    {
        Directory.GetFiles(packed.Packages, "*.nupkg").Select(Path.GetFileName)
            .ShouldBe(packed.Ids.Select(id => $"{id}.{packed.Version}.nupkg"), ignoreOrder: true);
        foreach (string id in packed.Ids)
        {
            using ZipArchive package = ZipFile.OpenRead(Path.Combine(packed.Packages, $"{id}.{packed.Version}.nupkg"));
            using Stream stream = package.GetEntry($"{id}.nuspec").ShouldNotBeNull().Open();
            var values =
                XDocument.Load(stream).Descendants().Where(one => !one.HasElements).ToLookup(one => one.Name.LocalName, one => one.Value);
            values["license"].ShouldBe(["MIT"], id);
            values["tags"].Single().ShouldContain("similarity", customMessage: id);
            values["description"].Single().Length.ShouldBeGreaterThan(20, id);
            package.GetEntry(values["readme"].Single()).ShouldNotBeNull(id).Length.ShouldBeGreaterThan(1000, id);
            package.GetEntry(values["icon"].Single()).ShouldNotBeNull(id).Length.ShouldBeInRange(100, 10_000, id);
            if (id != "HashDb.Tool")
            {
                package.GetEntry($"lib/net10.0/{id}.xml").ShouldNotBeNull(id);
                using ZipArchive symbols = ZipFile.OpenRead(Path.Combine(packed.Packages, $"{id}.{packed.Version}.snupkg"));
                symbols.GetEntry($"lib/net10.0/{id}.pdb").ShouldNotBeNull(id);
            }
        }
    }

    /// <summary>Whoever packs the same commit can tell that a package in a registry is made of it.</summary>
    [Fact]
    public async Task Packages_of_one_commit_have_the_same_bytes_wherever_they_are_made()
    {
        string script = Path.Combine(packed.Root, "scripts", "pack.sh");
        CommandResult again = await Dotnet.RunAsync(
            "bash", packed[""], new Dictionary<string, string>(), script, packed["again"], packed.Version);
        again.Succeeded();

        string[] files = [.. Directory.GetFiles(packed.Packages).Select(file => Path.GetFileName(file)).Order()];
        files.Length.ShouldBe(2 * packed.Ids.Count());
        foreach (string file in files)
        {
            CancellationToken stop = TestContext.Current.CancellationToken;
            byte[] first = await File.ReadAllBytesAsync(Path.Combine(packed.Packages, file), stop);
            byte[] second = await File.ReadAllBytesAsync(Path.Combine(packed["again"], file), stop);
            second.AsSpan().SequenceEqual(first).ShouldBeTrue(file);
        }
    }

    [Fact]
    public async Task Program_with_the_client_package_stores_and_finds_and_finds_again_in_its_second_run()
    {
        string program = await packed.BuildAsync("Console", "Microsoft.NET.Sdk", "HashDb.Client");

        string[] first = await RunAsync();
        first[..2].ShouldBe(["created", "replaced 0"]);
        first[2].ShouldBe("hit 0");
        first[^1].ShouldBe("stored 499");

        string[] second = await RunAsync();
        second[..2].ShouldBe(["found", "replaced 499"]);
        second[2..].ShouldBe(first[2..]);

        async Task<string[]> RunAsync()
        {
            CommandResult result =
                await Dotnet.RunAsync(Dotnet.Command, packed["Console"], packed.Environment, program, packed["console-db"]);
            return result.Succeeded().Lines;
        }
    }

    [Fact]
    public async Task Web_application_with_all_library_packages_takes_its_client_from_dependency_injection()
    {
        string program = await packed.BuildAsync("Web", "Microsoft.NET.Sdk.Web", packed.Ids.Where(id => id != "HashDb.Tool"));
        // Port 0: the system gives a free one, and the application says which.
        var environment = new Dictionary<string, string>(packed.Environment) { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0" };
        using Process application = Dotnet.Start(Dotnet.Command, packed["Web"], environment, program, packed["web-db"]);
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            Task<string> error = application.StandardError.ReadToEndAsync(timeout.Token);
            using var http = new HttpClient { BaseAddress = await AddressAsync(application, timeout.Token) };
            Task<string> output = application.StandardOutput.ReadToEndAsync(timeout.Token);

            await SucceedAsync(http.PostAsync("collection", null, timeout.Token));
            await SucceedAsync(http.PutAsJsonAsync("photos/7", new[] { 1f, 0f, 0f, 0f }, timeout.Token));
            using HttpResponseMessage found = await http.PostAsJsonAsync("search", new[] { 1f, 0.1f, 0f, 0f }, timeout.Token);
            (await found.Content.ReadFromJsonAsync<string[]>(timeout.Token)).ShouldBe(["7"]);

            await SucceedAsync(http.PostAsync("stop", null, timeout.Token));
            await application.WaitForExitAsync(timeout.Token);
            application.ExitCode.ShouldBe(0, await output + await error);
        }
        finally
        {
            if (!application.HasExited)
                application.Kill();
        }
    }

    [Fact]
    public async Task Tool_installs_and_trains_imports_and_searches()
    {
        string folder = packed["tool"];
        CommandResult installed = await Dotnet.RunAsync(Dotnet.Command, packed["."], packed.Environment,
            "tool", "install", "HashDb.Tool", "--tool-path", folder, "--add-source", packed.Packages, "--version", packed.Version);
        installed.Succeeded();

        (await HashDbAsync("--help")).Succeeded().Output.ShouldContain("search");
        (await HashDbAsync("--version")).Succeeded().Output.ShouldStartWith(packed.Version);
        (await HashDbAsync("train", "lsh", "--features", Pictures, "--rows", "0..500", "--bits", "32", "--out", "model.hdbm")).Succeeded();
        (await HashDbAsync("create", "tool-db", "photos", "--model", "model.hdbm", "--metric", "cosine")).Succeeded();
        string[] import =
            (await HashDbAsync("import", "tool-db", "photos", "--features", Pictures, "--rows", "0..500", "--json")).Succeeded().Lines;
        JsonDocument.Parse(import[^1]).RootElement.GetProperty("acknowledged").GetInt32().ShouldBe(500);

        string[] search = (await HashDbAsync(
            "search", "tool-db", "photos", "--queries", Pictures, "--rows", "0..3", "--top", "2", "--json")).Succeeded().Lines;
        search.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("ids")[0].GetInt32()).ShouldBe([0, 1, 2]);

        CommandResult failed = await HashDbAsync("search", "tool-db", "absent", "--queries", Pictures, "--rows", "0..1");
        failed.ExitCode.ShouldBe(1);
        failed.Error.ShouldContain("absent");
        (await HashDbAsync("search", "--no-such-option")).ExitCode.ShouldBe(2);

        Task<CommandResult> HashDbAsync(params string[] arguments) =>
            Dotnet.RunAsync(
                Path.Combine(folder, OperatingSystem.IsWindows() ? "hashdb.exe" : "hashdb"), packed["."], packed.Environment, arguments);
    }

    private static async Task<Uri> AddressAsync(Process application, CancellationToken cancellationToken)
    {
        const string Before = "Now listening on: ";
        while (await application.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            int at = line.IndexOf(Before, StringComparison.Ordinal);
            if (at >= 0)
                return new Uri(line[(at + Before.Length)..].Trim());
        }
        throw new InvalidOperationException("The application ended before it listened.");
    }

    private static async Task SucceedAsync(Task<HttpResponseMessage> call)
    {
        using HttpResponseMessage response = await call;
        response.IsSuccessStatusCode.ShouldBeTrue($"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
    }
}
