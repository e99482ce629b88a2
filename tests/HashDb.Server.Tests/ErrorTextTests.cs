using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Requests;
using HashDb.Server.Tests.Support;

namespace HashDb.Server.Tests;

public sealed class ErrorTextTests
{
    // The text of CollectionNotFound named the folder of the database and all collections, to whoever had any token.
    [Fact]
    public async Task Text_of_an_error_names_folder_and_collections_to_admins_alone()
    {
        string read = AccessToken.Create();
        string write = AccessToken.Create();
        string admin = AccessToken.Create();
        await using TestServer server = await TestServer.StartAsync(options => options with
        {
            Tokens =
            [
                AccessToken.ToLine(read, AccessScope.Read), AccessToken.ToLine(write, AccessScope.Write),
                AccessToken.ToLine(admin, AccessScope.Admin),
            ],
        });
        await using RawClient owner = await RawClient.OpenAsync(server.EndPoint, admin);
        (await owner.AskAsync(1, Opcode.CreateCollection, TestServer.CreateRequest("secret"))).Read<DescriptionAnswer>();

        string told = (await owner.AskAsync(2, Opcode.DescribeCollection, new CollectionRequest("none"))).Error.Message;

        told.ShouldContain(server.DataDirectory);
        told.ShouldContain("secret");
        foreach (string token in new[] { read, write })
        {
            await using RawClient client = await RawClient.OpenAsync(server.EndPoint, token);
            ErrorMessage error = (await client.AskAsync(2, Opcode.DescribeCollection, new CollectionRequest("none"))).Error;
            error.Code.ShouldBe(HashDbErrorCode.CollectionNotFound);
            error.Message.ShouldNotContain(server.DataDirectory);
            error.Message.ShouldNotContain("secret");
        }
    }

    // Whatever the engine throws about files: the code stays, the names go.
    [Fact]
    public void Faults_of_files_keep_their_code_and_lose_their_names()
    {
        HashDbErrorCode[] ofFiles =
        [
            HashDbErrorCode.CollectionNotFound, HashDbErrorCode.CollectionExists, HashDbErrorCode.DatabaseNotFound,
            HashDbErrorCode.DatabaseLocked, HashDbErrorCode.DiskFull, HashDbErrorCode.AccessDenied, HashDbErrorCode.Poisoned,
            HashDbErrorCode.Closed, HashDbErrorCode.IoFailure, HashDbErrorCode.IndexFault, HashDbErrorCode.MissingLibrary,
            HashDbErrorCode.UnsupportedVersion,
        ];
        var faults = new List<HashDbException>(ofFiles.Select(code => new HashDbException(code, "Cannot read /var/lib/secret/file.")))
        {
            new CorruptDataException("/var/lib/secret/file", 20, "row 7 of /var/lib/secret/file is damaged"),
        };

        foreach (HashDbException fault in faults)
        {
            ErrorMessage told = ErrorTexts.Outside(ErrorMessage.FromException(fault)).ShouldNotBeNull();
            told.Code.ShouldBe(fault.Code);
            told.ToException().Message.ShouldNotContain("secret");
        }
    }
}
