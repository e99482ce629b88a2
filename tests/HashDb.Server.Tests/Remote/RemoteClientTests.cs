// What the client does when a server misbehaves or is slow, seen from a server that the test plays.
using System.Security.Cryptography.X509Certificates;
using HashDb.Client;
using HashDb.Client.Tests.Support;
using HashDb.Models;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Tests.Support;
using HashDb.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace HashDb.Server.Tests.Remote;

public sealed class RemoteClientTests : IAsyncDisposable
{
    private const string Secret = "hashdb_secret";

    private static readonly HashDbConnectionOptions Once = new() { RetryTimeout = TimeSpan.Zero, PoolSize = 1 };
    private static readonly CollectionDescription Description = new(
        "items", 4, DistanceMetric.Euclidean, "lsh", 16, 1, new ModelFingerprint(new byte[ModelFingerprint.ByteCount]));

    private readonly FakeServer _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Connect_introduces_the_client_and_asks_for_checksums()
    {
        await using HashDbConnection client = await ConnectAsync(Once with { Token = Secret });

        _server.Hello.Token.ShouldBe(Secret);
        _server.Hello.Features.ShouldBe(ProtocolFeatures.Checksums);
        _server.Hello.ClientName.ShouldStartWith("HashDb.Client/");
    }

    [Fact]
    public async Task Connect_that_is_refused_throws_what_the_server_says_and_shows_no_token()
    {
        Task<HashDbConnection> connecting = HashDbClient.ConnectAsync(_server.Address, Once with { Token = Secret }, Cancellation);
        await _server.RefuseAsync(new HashDbException(HashDbErrorCode.Unauthenticated, "The token is wrong."));

        HashDbException error = await Should.ThrowAsync<HashDbException>(() => connecting);

        error.Code.ShouldBe(HashDbErrorCode.Unauthenticated);
        error.ToString().ShouldNotContain(Secret);
        (Once with { Token = Secret }).ToString().ShouldNotContain(Secret);
    }

    [Fact]
    public async Task Connect_to_nobody_names_the_address()
    {
        string address = _server.Address;
        await _server.DisposeAsync();

        HashDbException error = await Should.ThrowAsync<HashDbException>(() => HashDbClient.ConnectAsync(address, Once, Cancellation));

        error.Code.ShouldBe(HashDbErrorCode.ConnectionLost);
        error.IsTransient.ShouldBeTrue();
        error.Message.ShouldContain(address);
    }

    [Fact]
    public async Task Connect_to_a_server_of_another_version_is_refused()
    {
        Task<HashDbConnection> connecting = HashDbClient.ConnectAsync(_server.Address, Once, Cancellation);
        await _server.AcceptAsync(new HelloAnswer(9, ProtocolFeatures.None, "fake", ProtocolLimits.MaxFrameBytes, 64));

        (await Should.ThrowAsync<HashDbException>(() => connecting)).Code.ShouldBe(HashDbErrorCode.UnsupportedVersion);
    }

    [Theory]
    [InlineData("localhost:7420")]
    [InlineData("http://localhost")]
    [InlineData("hashdb://")]
    [InlineData("hashdb://host/database")]
    [InlineData("hashdb://user:password@host")]
    public async Task Address_that_is_none_is_refused_and_passwords_are_not_repeated(string address)
    {
        ArgumentException error = await Should.ThrowAsync<ArgumentException>(() => HashDbClient.ConnectAsync(address, null, Cancellation));

        error.Message.ShouldNotContain("password@");
    }

    [Fact]
    public async Task Options_outside_their_limits_are_refused_by_name()
    {
        foreach ((HashDbConnectionOptions options, string name) in new (HashDbConnectionOptions, string)[]
        {
            (new() { PoolSize = 0 }, nameof(HashDbConnectionOptions.PoolSize)),
            (new() { MaxInFlight = 0 }, nameof(HashDbConnectionOptions.MaxInFlight)),
            (new() { ConnectTimeout = TimeSpan.Zero }, nameof(HashDbConnectionOptions.ConnectTimeout)),
            (new() { RequestTimeout = TimeSpan.FromDays(2) }, nameof(HashDbConnectionOptions.RequestTimeout)),
            (new() { RetryTimeout = TimeSpan.FromSeconds(-1) }, nameof(HashDbConnectionOptions.RetryTimeout)),
            (new() { KeepAliveInterval = TimeSpan.Zero }, nameof(HashDbConnectionOptions.KeepAliveInterval)),
            (new() { Token = "" }, nameof(HashDbConnectionOptions.Token)),
            (new() { Token = new string('t', ProtocolLimits.MaxTokenBytes + 1) }, nameof(HashDbConnectionOptions.Token)),
            (new() { Tls = new HashDbTlsOptions { TrustedAuthorities = [] } }, nameof(HashDbTlsOptions.TrustedAuthorities)),
        })
        {
            (await Should.ThrowAsync<ArgumentException>(
                () => HashDbClient.ConnectAsync(_server.Address, options, Cancellation))).ParamName.ShouldBe(name);
        }
    }

    [Fact]
    public async Task Call_cancelled_ends_at_once_and_the_server_is_told_which()
    {
        await using HashDbConnection client = await ConnectAsync(Once);
        using var cancel = new CancellationTokenSource();

        Task<IReadOnlyList<string>> call = client.ListCollectionsAsync(cancel.Token);
        (FrameHeader request, _) = await _server.ReceiveAsync();
        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => call);
        (FrameHeader cancellation, _) = await _server.ReceiveAsync();
        cancellation.Opcode.ShouldBe(Opcode.Cancel);
        cancellation.RequestId.ShouldBe(request.RequestId);
        await _server.SendAsync(request.RequestId, Opcode.ListCollections, FrameFlags.Answer, new NamesAnswer(["late"]));
        (await AskForNamesAsync(client)).ShouldBe(["here"]);
    }

    [Fact]
    public async Task Calls_beyond_the_window_wait_until_there_is_room()
    {
        await using HashDbConnection client = await ConnectAsync(Once with { MaxInFlight = 2 });

        Task<IReadOnlyList<string>>[] calls = [.. Enumerable.Range(0, 5).Select(_ => client.ListCollectionsAsync(Cancellation))];
        (FrameHeader first, _) = await _server.ReceiveAsync();
        (FrameHeader second, _) = await _server.ReceiveAsync();
        Task<(FrameHeader Header, byte[] Body)> third = _server.ReceiveAsync();
        third.IsCompleted.ShouldBeFalse();

        // Answers may come in any order.
        await _server.SendAsync(second.RequestId, Opcode.ListCollections, FrameFlags.Answer, new NamesAnswer(["2"]));
        uint next = (await third).Header.RequestId;
        await _server.SendAsync(first.RequestId, Opcode.ListCollections, FrameFlags.Answer, new NamesAnswer(["1"]));
        uint last = (await _server.ReceiveAsync()).Header.RequestId;
        await _server.SendAsync(next, Opcode.ListCollections, FrameFlags.Answer, new NamesAnswer(["3"]));
        await _server.SendAsync(last, Opcode.ListCollections, FrameFlags.Answer, new NamesAnswer(["4"]));
        await _server.SendAsync(
            (await _server.ReceiveAsync()).Header.RequestId, Opcode.ListCollections, FrameFlags.Answer, new NamesAnswer(["5"]));

        (await Task.WhenAll(calls)).Select(names => names[0]).Order().ShouldBe(["1", "2", "3", "4", "5"]);
    }

    [Fact]
    public async Task Call_that_gets_no_answer_times_out_and_is_cancelled()
    {
        await using HashDbConnection client = await ConnectAsync(Once with { RequestTimeout = TimeSpan.FromMilliseconds(200) });

        Task<IReadOnlyList<string>> call = client.ListCollectionsAsync(Cancellation);

        HashDbException error = await Should.ThrowAsync<HashDbException>(() => call);
        error.Code.ShouldBe(HashDbErrorCode.Timeout);
        error.Message.ShouldContain(nameof(Opcode.ListCollections));
        await _server.ReceiveAsync();
        (await _server.ReceiveAsync()).Header.Opcode.ShouldBe(Opcode.Cancel);
    }

    [Fact]
    public async Task Server_that_shows_no_sign_of_life_is_asked_for_one_and_then_given_up()
    {
        await using HashDbConnection client = await ConnectAsync(Once with { KeepAliveInterval = TimeSpan.FromMilliseconds(200) });

        Task<IReadOnlyList<string>> call = client.ListCollectionsAsync(Cancellation);
        await _server.ReceiveAsync();
        (await _server.ReceiveAsync()).Header.Opcode.ShouldBe(Opcode.Ping);

        HashDbException error = await Should.ThrowAsync<HashDbException>(() => call);
        error.Code.ShouldBe(HashDbErrorCode.ConnectionLost);
        error.Message.ShouldContain("sign of life");
    }

    [Theory]
    [InlineData(HashDbErrorCode.Overloaded)]
    [InlineData(HashDbErrorCode.Closed)]
    [InlineData(HashDbErrorCode.Cancelled)]
    public async Task Server_that_cannot_answer_now_is_asked_again(HashDbErrorCode code)
    {
        await using HashDbConnection client = await ConnectAsync(Once with { RetryTimeout = TimeSpan.FromMinutes(1) });
        ErrorKind kind = code == HashDbErrorCode.Cancelled ? ErrorKind.Cancelled : ErrorKind.Fault;

        Task<IReadOnlyList<string>> call = client.ListCollectionsAsync(Cancellation);
        for (int i = 0; i < 3; i++)
        {
            uint id = (await _server.ReceiveAsync()).Header.RequestId;
            await _server.SendAsync(
                id,
                Opcode.ListCollections,
                FrameFlags.Answer | FrameFlags.Error,
                new ErrorMessage(code, "Later.", IsTransient: true, kind));
        }
        await _server.SendAsync(
            (await _server.ReceiveAsync()).Header.RequestId, Opcode.ListCollections, FrameFlags.Answer, new NamesAnswer(["here"]));

        (await call).ShouldBe(["here"]);
    }

    [Fact]
    public async Task Write_sent_again_has_the_same_stamp_and_the_next_one_follows_it()
    {
        HashDbCollection items = await OpenAsync(Once with { RetryTimeout = TimeSpan.FromMinutes(1) });

        Task insert = items.InsertAsync([Record(1), Record(2), Record(3)], cancellationToken: Cancellation);
        using StoreRequest first = await ReceiveAsync<StoreRequest>(Opcode.Insert);
        _server.Cut();
        await _server.AcceptAsync();
        (FrameHeader header, byte[] body) = await _server.ReceiveAsync();
        using StoreRequest again = MessageCodec.Read<StoreRequest>(new(body));
        await _server.SendAsync(header.RequestId, Opcode.Insert, FrameFlags.Answer, default(EmptyMessage));
        await insert;
        Task<int> delete = items.DeleteAsync([new VectorId(1)], cancellationToken: Cancellation);
        (header, body) = await _server.ReceiveAsync();
        DeleteRequest next = MessageCodec.Read<DeleteRequest>(new(body));
        await _server.SendAsync(header.RequestId, Opcode.Delete, FrameFlags.Answer, new CountAnswer(1));

        (await delete).ShouldBe(1);
        WriteStamp stamp = first.Stamp.ShouldNotBeNull();
        again.Stamp.ShouldBe(stamp);
        next.Stamp.ShouldBe(stamp with { SequenceNumber = stamp.SequenceNumber + 3 });
    }

    [Fact]
    public async Task Writes_at_the_same_time_have_different_ids()
    {
        HashDbCollection items = await OpenAsync(Once);

        Task[] inserts =
        [
            items.InsertAsync([Record(1)], cancellationToken: Cancellation), items.InsertAsync([Record(2)], cancellationToken: Cancellation)
        ];
        using StoreRequest first = await ReceiveAsync<StoreRequest>(Opcode.Insert, answer: true);
        using StoreRequest second = await ReceiveAsync<StoreRequest>(Opcode.Insert, answer: true);
        await Task.WhenAll(inserts);

        second.Stamp!.Value.ClientId.ShouldNotBe(first.Stamp!.Value.ClientId);
    }

    [Fact]
    public async Task Write_whose_id_was_forgotten_is_sent_under_a_fresh_one_with_a_floor()
    {
        HashDbCollection items = await OpenAsync(Once);
        Task warm = items.InsertAsync([Record(1)], cancellationToken: Cancellation);
        using StoreRequest known = await ReceiveAsync<StoreRequest>(Opcode.Insert, answer: true);
        await warm;

        Task insert = items.InsertAsync([Record(2)], cancellationToken: Cancellation);
        (FrameHeader header, _) = await _server.ReceiveAsync();
        await _server.SendAsync(
            header.RequestId,
            Opcode.Insert,
            FrameFlags.Answer | FrameFlags.Error,
            new ErrorMessage(HashDbErrorCode.WriteGap, "Never heard of it."));
        (header, byte[] body) = await _server.ReceiveAsync();
        Guid registered = MessageCodec.Read<RegisterRequest>(new(body)).ClientId;
        await _server.SendAsync(header.RequestId, Opcode.Register, FrameFlags.Answer, new RegistrationAnswer(0, 77, true));
        using StoreRequest fresh = await ReceiveAsync<StoreRequest>(Opcode.Insert, answer: true);
        await insert;

        registered.ShouldNotBe(known.Stamp!.Value.ClientId);
        fresh.Stamp.ShouldBe(new WriteStamp(registered, 0, 77));
    }

    [Fact]
    public async Task Write_refused_by_a_server_without_floors_is_sent_under_a_fresh_id()
    {
        HashDbCollection items = await OpenAsync(Once);
        Task insert = items.InsertAsync([Record(1)], cancellationToken: Cancellation);
        (FrameHeader header, _) = await _server.ReceiveAsync();
        await _server.SendAsync(
            header.RequestId, Opcode.Insert, FrameFlags.Answer | FrameFlags.Error, new ErrorMessage(HashDbErrorCode.WriteGap, "No."));
        (header, _) = await _server.ReceiveAsync();
        await _server.SendAsync(
            header.RequestId,
            Opcode.Register,
            FrameFlags.Answer | FrameFlags.Error,
            new ErrorMessage(HashDbErrorCode.UnsupportedOperation, "What is that?"));
        using StoreRequest fresh = await ReceiveAsync<StoreRequest>(Opcode.Insert, answer: true);
        await insert;

        fresh.Stamp!.Value.Floor.ShouldBeNull();
    }

    [Fact]
    public async Task Write_whose_answer_was_lost_and_whose_id_is_forgotten_is_not_sent_under_another()
    {
        // It may have been carried out: under another id it would be a second time.
        HashDbCollection items = await OpenAsync(Once with { RetryTimeout = TimeSpan.FromMinutes(1) });
        Task insert = items.InsertAsync([Record(1)], cancellationToken: Cancellation);
        using StoreRequest first = await ReceiveAsync<StoreRequest>(Opcode.Insert);
        _server.Cut();
        await _server.AcceptAsync();
        (FrameHeader header, _) = await _server.ReceiveAsync();
        await _server.SendAsync(
            header.RequestId, Opcode.Insert, FrameFlags.Answer | FrameFlags.Error, new ErrorMessage(HashDbErrorCode.WriteGap, "Who?"));

        (await Should.ThrowAsync<HashDbException>(() => insert)).Code.ShouldBe(HashDbErrorCode.WriteGap);
    }

    [Fact]
    public async Task Calls_that_must_not_happen_twice_are_not_sent_twice()
    {
        await using HashDbConnection client = await ConnectAsync(Once with { RetryTimeout = TimeSpan.FromMinutes(1) });

        Task drop = client.DropCollectionAsync("items", Cancellation);
        (await _server.ReceiveAsync()).Header.Opcode.ShouldBe(Opcode.DropCollection);
        _server.Cut();

        (await Should.ThrowAsync<HashDbException>(() => drop)).Code.ShouldBe(HashDbErrorCode.ConnectionLost);
        Task<IReadOnlyList<string>> call = client.ListCollectionsAsync(Cancellation);
        await _server.AcceptAsync();
        (FrameHeader header, _) = await _server.ReceiveAsync();
        header.Opcode.ShouldBe(Opcode.ListCollections);
        await _server.SendAsync(header.RequestId, Opcode.ListCollections, FrameFlags.Answer, new NamesAnswer([]));
        (await call).ShouldBeEmpty();
    }

    [Fact]
    public async Task Answer_that_is_no_message_is_a_protocol_error_of_its_call_alone()
    {
        await using HashDbConnection client = await ConnectAsync(Once);

        Task<IReadOnlyList<string>> call = client.ListCollectionsAsync(Cancellation);
        (FrameHeader header, _) = await _server.ReceiveAsync();
        await _server.SendAsync(header.RequestId, Opcode.ListCollections, FrameFlags.Answer, new CountAnswer(5));

        await Should.ThrowAsync<ProtocolException>(() => call);
        (await AskForNamesAsync(client)).ShouldBe(["here"]);
    }

    [Fact]
    public async Task Frame_that_is_none_ends_the_connection_with_a_protocol_error()
    {
        await using HashDbConnection client = await ConnectAsync(Once);

        Task<IReadOnlyList<string>> call = client.ListCollectionsAsync(Cancellation);
        await _server.ReceiveAsync();
        await _server.SendAsync(Enumerable.Repeat((byte)0xff, 64).ToArray());

        await Should.ThrowAsync<ProtocolException>(() => call);
        call = client.ListCollectionsAsync(Cancellation);
        await _server.AcceptAsync();
        (FrameHeader header, _) = await _server.ReceiveAsync();
        await _server.SendAsync(header.RequestId, Opcode.ListCollections, FrameFlags.Answer, new NamesAnswer(["here"]));
        (await call).ShouldBe(["here"]);
    }

    [Fact]
    public async Task Certificate_that_nobody_vouches_for_is_refused_and_not_tried_again()
    {
        using var files = new TemporaryDirectory();
        Contract.TestCertificate certificate = Contract.TestCertificate.Make(files["tls"]);
        await using TestServer server = await TestServer.StartAsync(
            options => options with { TlsCertificatePath = certificate.CertificatePath, TlsKeyPath = certificate.KeyPath });

        HashDbException error =
            await Should.ThrowAsync<HashDbException>(() => HashDbClient.ConnectAsync($"hashdbs://{server.EndPoint}", null, Cancellation));

        error.Code.ShouldBe(HashDbErrorCode.ConnectionLost);
        error.IsTransient.ShouldBeFalse();
        bool asked = false;
        var trusting = new HashDbConnectionOptions { Tls = new HashDbTlsOptions { CertificateValidation = (_, _, _, _) => asked = true } };
        await using HashDbConnection client = await HashDbClient.ConnectAsync($"hashdbs://{server.EndPoint}", trusting, Cancellation);
        (await client.ListCollectionsAsync(Cancellation)).ShouldBeEmpty();
        asked.ShouldBeTrue();
    }

    [Fact]
    public async Task Server_that_wants_a_certificate_of_its_clients_is_shown_one()
    {
        const string clientAuthentication = "1.3.6.1.5.5.7.3.2";
        using var files = new TemporaryDirectory();
        Contract.TestCertificate certificate = Contract.TestCertificate.Make(files["server"]);
        Contract.TestCertificate mine = Contract.TestCertificate.Make(files["client"], clientAuthentication);
        await using TestServer server = await TestServer.StartAsync(options => options with
        {
            TlsCertificatePath = certificate.CertificatePath,
            TlsKeyPath = certificate.KeyPath,
            ClientCaPath = mine.CertificatePath,
        });
        var tls = new HashDbTlsOptions { TrustedAuthorities = [certificate.Certificate] };

        await using HashDbConnection client = await HashDbClient.ConnectAsync(
            $"hashdbs://{server.EndPoint}", Once with { Tls = tls with { ClientCertificate = mine.Certificate } }, Cancellation);

        (await client.ListCollectionsAsync(Cancellation)).ShouldBeEmpty();
        (await Should.ThrowAsync<HashDbException>(
            () => HashDbClient.ConnectAsync($"hashdbs://{server.EndPoint}", Once with { Tls = tls }, Cancellation)))
            .Code.ShouldBe(HashDbErrorCode.ConnectionLost);
        using X509Certificate2 withoutKey = X509CertificateLoader.LoadCertificateFromFile(mine.CertificatePath);
        (await Should.ThrowAsync<ArgumentException>(() => HashDbClient.ConnectAsync(
            $"hashdbs://{server.EndPoint}", Once with { Tls = tls with { ClientCertificate = withoutKey } }, Cancellation)))
            .ParamName.ShouldBe(nameof(HashDbTlsOptions.ClientCertificate));
    }

    [Fact]
    public async Task AddHashDb_with_an_address_gives_a_client_of_the_server()
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync();
        var services = new ServiceCollection();
        services.AddHashDb($"hashdb://{server.EndPoint}");
        await using ServiceProvider provider = services.BuildServiceProvider();

        (await provider.GetRequiredService<HashDbConnection>().ListCollectionsAsync(Cancellation)).ShouldBe([TestServer.Collection]);
    }

    private static VectorRecord Record(ulong id) => new() { Id = new VectorId(id), Vector = new float[] { id, 1, 2, 3 } };

    private async Task<HashDbConnection> ConnectAsync(HashDbConnectionOptions options)
    {
        Task<HashDbConnection> connecting = HashDbClient.ConnectAsync(_server.Address, options, Cancellation);
        await _server.AcceptAsync();
        return await connecting;
    }

    private async Task<HashDbCollection> OpenAsync(HashDbConnectionOptions options)
    {
        HashDbConnection client = await ConnectAsync(options);
        Task<HashDbCollection> getting = client.GetCollectionAsync("items", Cancellation);
        (FrameHeader header, _) = await _server.ReceiveAsync();
        await _server.SendAsync(header.RequestId, Opcode.DescribeCollection, FrameFlags.Answer, new DescriptionAnswer(Description));
        return await getting;
    }

    private async Task<IReadOnlyList<string>> AskForNamesAsync(HashDbConnection client)
    {
        Task<IReadOnlyList<string>> call = client.ListCollectionsAsync(Cancellation);
        (FrameHeader header, _) = await _server.ReceiveAsync();
        await _server.SendAsync(header.RequestId, Opcode.ListCollections, FrameFlags.Answer, new NamesAnswer(["here"]));
        return await call;
    }

    private async Task<T> ReceiveAsync<T>(Opcode opcode, bool answer = false)
        where T : IMessage<T>
    {
        (FrameHeader header, byte[] body) = await _server.ReceiveAsync();
        header.Opcode.ShouldBe(opcode);
        if (answer)
            await _server.SendAsync(header.RequestId, opcode, FrameFlags.Answer, default(EmptyMessage));
        return MessageCodec.Read<T>(new System.Buffers.ReadOnlySequence<byte>(body));
    }
}
