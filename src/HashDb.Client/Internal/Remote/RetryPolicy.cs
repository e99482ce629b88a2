// When and how often a call is tried again: connections that broke, servers that are overloaded or stopping. With growing
// delays that have some chance in them, so that many clients do not come back at the same moment.
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace HashDb.Client.Internal.Remote;

internal sealed class RetryPolicy
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);
    private static readonly ResiliencePropertyKey<RetryState> StateKey = new("HashDb.RetryState");

    private readonly ResiliencePipeline _pipeline;

    public RetryPolicy(ServerAddress address, TimeSpan retryTimeout, ILogger logger)
    {
        _pipeline = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = arguments => ValueTask.FromResult(
                    IsPassing(arguments.Outcome.Exception) && StateOf(arguments.Context) is { MayRetry: true } state
                        && state.FailingFor < retryTimeout),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstDelay,
                MaxDelay = LongestDelay,
                OnRetry = arguments =>
                {
                    Log.Retrying(
                        logger,
                        address,
                        arguments.RetryDelay.TotalMilliseconds,
                        arguments.AttemptNumber + 1,
                        arguments.Outcome.Exception!.Message);
                    return default;
                },
            })
            .Build();
    }

    /// <summary>True for faults that may be over when the call is made again.</summary>
    public static bool IsPassing(Exception? error) =>
        error is HashDbException
        {
            IsTransient: true,
            Code: HashDbErrorCode.ConnectionLost or HashDbErrorCode.Overloaded or HashDbErrorCode.Closed
        };

    /// <summary>Runs an attempt until it succeeds, fails for good, or fails for too long.</summary>
    public async Task<T> RunAsync<T>(RetryState state, Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        try
        {
            context.Properties.Set(StateKey, state);
            return await _pipeline.ExecuteAsync(
                static async (context, attempt) => await attempt(
                    context.CancellationToken).ConfigureAwait(false), context, attempt).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static RetryState StateOf(ResilienceContext context) => context.Properties.GetValue(StateKey, null!);
}
