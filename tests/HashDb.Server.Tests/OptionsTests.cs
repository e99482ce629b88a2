using HashDb.Server.Tests.Support;
using HashDb.Storage;
using HashDb.Storage.Learning;
using Microsoft.Extensions.Configuration;

namespace HashDb.Server.Tests;

public sealed class OptionsTests
{
    private static readonly HashDbServerOptions Good = new() { DataDirectory = "somewhere" };

    [Fact]
    public void Defaults_are_valid_and_loopback()
    {
        Good.Validate();
        Good.ListenAddress.ShouldBe("127.0.0.1:7420");
        Good.HttpAddress.ShouldBe("127.0.0.1:7421");
    }

    [Theory]
    [InlineData("0.0.0.0:7420")]
    [InlineData("[::]:7420")]
    [InlineData("192.168.1.2:7420")]
    public void Address_that_others_reach_needs_TLS_and_a_token_or_insecure(string address)
    {
        HashDbServerOptions open = Good with { ListenAddress = address };

        Should.Throw<ArgumentException>(open.Validate).Message.ShouldContain("TLS");
        Should.Throw<ArgumentException>((open with { TlsCertificatePath = "x" }).Validate).Message.ShouldContain("tokens");
        Should.Throw<ArgumentException>((open with { TokenFile = "x" }).Validate).Message.ShouldContain("TLS");
        (open with { TlsCertificatePath = "x", TokenFile = "y" }).Validate();
        (open with { Insecure = true }).Validate();
    }

    [Fact]
    public void Http_address_that_others_reach_needs_insecure()
    {
        HashDbServerOptions open = Good with { HttpAddress = "0.0.0.0:7421", TlsCertificatePath = "x", TokenFile = "y" };

        Should.Throw<ArgumentException>(open.Validate).Message.ShouldContain("HttpAddress 0.0.0.0:7421");
        (open with { Insecure = true }).Validate();
    }

    [Theory]
    [InlineData("")]
    [InlineData("7420")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("::1:7420")]
    [InlineData("[127.0.0.1]:7420")]
    [InlineData("example.org:7420")]
    public void Address_that_is_none_is_refused_by_name(string address) =>
        Should.Throw<ArgumentException>(
            (Good with { ListenAddress = address }).Validate).Message.ShouldContain($"ListenAddress is '{address}'");

    [Fact]
    public void Value_outside_its_range_is_refused_with_value_and_limit()
    {
        Refuse(Good with { MaxFrameBytes = 65_535 }, "MaxFrameBytes is 65535", "65536 to 83886080");
        Refuse(Good with { MaxFrameBytes = 83_886_081 }, "MaxFrameBytes is 83886081", "83886080");
        Refuse(Good with { MaxConnections = 0 }, "MaxConnections is 0", "1 to 65536");
        Refuse(Good with { MaxInFlightPerConnection = 4_097 }, "MaxInFlightPerConnection is 4097", "1 to 4096");
        Refuse(Good with { MaxRequestsPerSecond = -1 }, "MaxRequestsPerSecond is -1", "0 to");
        Refuse(Good with { RequestMemoryBytes = 1 }, "RequestMemoryBytes is 1", "167772160");
        Refuse(Good with { HandshakeTimeout = TimeSpan.Zero }, "HandshakeTimeout is 00:00:00", "100 ms");
        Refuse(Good with { IdleTimeout = TimeSpan.FromDays(2) }, "IdleTimeout is 2.00:00:00", "1 day");
        Refuse(Good with { DataDirectory = " " }, "DataDirectory", "not set");
        Refuse(Good with { TlsKeyPath = "key" }, "TlsKeyPath", "TlsCertificatePath");
        Refuse(Good with { ClientCaPath = "ca" }, "ClientCaPath", "TlsCertificatePath");
        Refuse(Good with { Database = new DatabaseOptions { WriteQueueLength = 0 } }, "WriteQueueLength is 0", "65,536");

        static void Refuse(HashDbServerOptions options, string what, string limit)
        {
            string message = Should.Throw<ArgumentException>(options.Validate).Message;
            message.ShouldContain(what);
            message.ShouldContain(limit);
        }
    }

    [Fact]
    public void Options_are_bound_from_configuration()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["DataDirectory"] = "there",
            ["MaxConnections"] = "17",
            ["IdleTimeout"] = "00:01:30",
            ["Insecure"] = "true",
            ["Tokens:0"] = "read:abc",
            ["Database:Durability"] = "Interval",
            ["Database:PublishPolicy:MinDrift"] = "0.2",
            ["Database:PublishPolicy:MinInterval"] = "00:05:00",
        }).Build();

        HashDbServerOptions options = HashDbServerConfiguration.Read(configuration);

        options.DataDirectory.ShouldBe("there");
        options.MaxConnections.ShouldBe(17);
        options.IdleTimeout.ShouldBe(TimeSpan.FromSeconds(90));
        options.Insecure.ShouldBeTrue();
        options.Tokens.ShouldBe(["read:abc"]);
        options.Database.Durability.ShouldBe(DurabilityMode.Interval);
        options.Database.PublishPolicy.ShouldBe(new PublishPolicy { MinDrift = 0.2, MinInterval = TimeSpan.FromMinutes(5) });
        options.ListenAddress.ShouldBe(Good.ListenAddress);
    }

    [Fact]
    public void Configured_value_that_is_no_number_is_refused_by_name()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new("MaxConnections", "many")]).Build();

        Should.Throw<ArgumentException>(() => HashDbServerConfiguration.Read(configuration)).Message.ShouldContain("MaxConnections");
    }

    [Fact]
    public async Task Start_on_an_address_in_use_fails_and_leaves_the_database_free()
    {
        await using TestServer first = await TestServer.StartAsync();
        string directory = Path.Combine(first.DataDirectory, "other");
        var options = new HashDbServerOptions
        {
            DataDirectory = directory,
            ListenAddress = first.EndPoint.ToString(),
            HttpAddress = HashDbServerOptions.Off
        };

        await Should.ThrowAsync<IOException>(() => HashDbServer.StartAsync(options));

        await using HashDatabase database = await HashDatabase.OpenAsync(directory);
        database.CollectionNames.ShouldBeEmpty();
    }
}
