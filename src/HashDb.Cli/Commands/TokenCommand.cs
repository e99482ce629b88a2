using System.CommandLine;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb token</c>: a new token, and the line under which a server knows it.</summary>
internal static class TokenCommand
{
    public static Command Create()
    {
        var scope = new Option<string>("--scope")
        {
            HelpName = "SCOPE",
            Description = "What its holder may do: read, write or admin; each includes those before it.",
            DefaultValueFactory = _ => "read"
        };
        scope.AcceptOnlyFromAmong("read", "write", "admin");
        var command = new Command("token", "Make a token for clients of a server.") { scope };
        command.SetBody(async context =>
        {
            string token = AccessToken.Create();
            string line = AccessToken.ToLine(token, Enum.Parse<AccessScope>(context.Get(scope), ignoreCase: true));
            if (context.Json)
            {
                context.Lines.Write(json =>
                {
                    json.WriteString("token", token);
                    json.WriteString("line", line);
                });
            }
            else
            {
                // Bare lines: tables break long words, and both are there to be copied.
                await Console.Out.WriteLineAsync($"token for the client (shown only now): {token}");
                await Console.Out.WriteLineAsync($"line for the server's token file:      {line}");
            }
        });
        return command;
    }
}
