using System.Net;
using System.Net.Sockets;
using System.Text;
using HashDb.Client.Tests.Support;
using HashDb.Server.Tests.Support;

namespace HashDb.Server.Tests;

public sealed class ExportTests
{
    [Fact(Timeout = 60_000)]
    public async Task Metrics_are_pushed_to_the_collector_that_the_environment_names()
    {
        using var directory = new TemporaryDirectory();
        using HttpListener collector = Listen(out string address);
        using ServerProcess server = await ServerProcess.StartAsync(directory.Path, environment: new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
        });
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);

        // The first may be pushed before the server has anything to tell.
        while (!(await NextPushAsync(collector)).Contains(HashDbServerTelemetry.ConnectionsName, StringComparison.Ordinal))
        {
        }
    }

    private static async Task<string> NextPushAsync(HttpListener collector)
    {
        HttpListenerContext pushed = await collector.GetContextAsync().WaitAsync(RawClient.Timeout);
        pushed.Request.Url!.AbsolutePath.ShouldBe("/v1/metrics");
        using var body = new MemoryStream();
        await pushed.Request.InputStream.CopyToAsync(body);
        pushed.Response.Close();
        return Encoding.Latin1.GetString(body.ToArray());
    }

    private static HttpListener Listen(out string address)
    {
        while (true)
        {
            var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
            probe.Stop();
            var listener = new HttpListener { Prefixes = { address } };
            try
            {
                listener.Start();
                return listener;
            }
            catch (HttpListenerException)
            {
                // Someone else took the port in between.
                listener.Close();
            }
        }
    }
}
