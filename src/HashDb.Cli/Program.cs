return await HashDb.Cli.CommandLine.RunAsync(args);
