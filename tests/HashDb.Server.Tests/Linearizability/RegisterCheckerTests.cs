namespace HashDb.Server.Tests.Linearizability;

/// <summary>The checker on histories of one id that were made by hand: what must be found wrong, and what must be found right.</summary>
public sealed class RegisterCheckerTests
{
    [Fact]
    public void Operations_one_after_another_are_right() => ShouldBeRight(
        Read(0, 1, 2),
        Insert(1, 3, 4, found: false),
        Read(1, 5, 6),
        Upsert(2, 7, 8, found: true),
        Read(2, 9, 10),
        Insert(3, 11, 12, found: true),
        Read(2, 13, 14),
        Delete(15, 16, found: true),
        Read(0, 17, 18),
        Delete(19, 20, found: false),
        Upsert(4, 21, 22, found: false),
        Miss(2, 23, 24),
        Read(4, 25, 26));

    [Fact]
    public void A_read_during_a_write_may_see_the_old_and_the_new_version()
    {
        ShouldBeRight(Upsert(1, 1, 2), Upsert(2, 3, 10), Read(1, 4, 5), Read(2, 6, 7));
        ShouldBeRight(Upsert(1, 1, 2), Upsert(2, 3, 10), Read(2, 4, 5), Read(2, 6, 7));
        ShouldBeRight(Upsert(1, 1, 2), Upsert(2, 3, 10), Read(1, 4, 12), Read(2, 5, 6));
        ShouldBeRight(Upsert(1, 1, 2), Delete(3, 10), Read(0, 4, 5), Upsert(2, 6, 11), Read(2, 7, 8), Read(2, 12, 13));
    }

    [Fact]
    public void Writes_at_the_same_time_may_take_effect_in_either_order()
    {
        ShouldBeRight(Upsert(1, 1, 10), Upsert(2, 1, 10), Read(1, 11, 12));
        ShouldBeRight(Upsert(1, 1, 10), Upsert(2, 1, 10), Read(2, 11, 12));
        ShouldBeRight(Upsert(1, 1, 10, found: true), Upsert(2, 1, 10, found: false), Read(1, 11, 12));
        ShouldBeRight(Insert(1, 1, 10, found: true), Insert(2, 2, 9, found: false), Read(2, 11, 12));
        ShouldBeWrong(ViolationKind.Stale, Upsert(1, 1, 10), Upsert(2, 1, 10), Read(1, 11, 12), Read(2, 13, 14));
    }

    [Fact]
    public void Equal_times_count_as_the_same_time() => ShouldBeRight(Upsert(1, 1, 2), Upsert(2, 3, 5), Read(1, 5, 6), Read(2, 6, 7));

    [Fact]
    public void A_read_of_a_replaced_version_is_stale()
    {
        ShouldBeWrong(ViolationKind.Stale, Upsert(1, 1, 2), Upsert(2, 3, 4), Read(1, 5, 6));
        ShouldBeWrong(ViolationKind.Stale, Upsert(1, 1, 2), Delete(3, 4), Read(1, 5, 6));
    }

    [Fact]
    public void A_read_that_goes_back_behind_another_read_during_the_same_write_is_stale() =>
        ShouldBeWrong(ViolationKind.Stale, Upsert(1, 1, 2), Upsert(2, 3, 10), Read(2, 4, 5), Read(1, 6, 7));

    [Fact]
    public void Versions_that_two_readers_see_in_different_orders_are_stale() => ShouldBeWrong(
        ViolationKind.Stale, Upsert(1, 1, 20), Upsert(2, 2, 21), Read(1, 3, 4), Read(2, 5, 6), Read(1, 7, 8));

    [Fact]
    public void A_read_of_nothing_while_there_was_a_record_all_the_time_is_missing()
    {
        ShouldBeWrong(ViolationKind.Missing, Upsert(1, 1, 2), Read(0, 3, 4));
        ShouldBeWrong(ViolationKind.Missing, Upsert(1, 1, 2), Upsert(2, 3, 10), Read(0, 4, 5));
        ShouldBeWrong(ViolationKind.Missing, Upsert(1, 1, 2), Miss(1, 3, 4));
        ShouldBeWrong(ViolationKind.Missing, Upsert(1, 1, 2), Delete(3, 4, found: false));
    }

    [Fact]
    public void A_read_of_what_is_written_later_or_never_is_from_the_future()
    {
        ShouldBeWrong(ViolationKind.Future, Upsert(1, 1, 2), Read(2, 3, 4), Upsert(2, 5, 6));
        ShouldBeWrong(ViolationKind.Future, Upsert(1, 1, 2), Read(7, 3, 4));
    }

    [Fact]
    public void A_read_of_what_an_insert_did_not_store_is_wrong() =>
        ShouldBeWrong(ViolationKind.Stale, Upsert(1, 1, 2), Insert(2, 3, 4, found: true), Read(2, 5, 6));

    [Fact]
    public void A_torn_or_doubled_answer_is_wrong_whatever_was_written()
    {
        ShouldBeWrong(ViolationKind.Torn, Upsert(1, 1, 9), Upsert(2, 1, 9), Read(2, 3, 4) with { Defect = ViolationKind.Torn });
        ShouldBeWrong(ViolationKind.Doubled, Upsert(1, 1, 9), Upsert(2, 1, 9), Read(2, 3, 4) with { Defect = ViolationKind.Doubled });
    }

    [Fact]
    public void An_answer_of_a_write_that_belongs_to_another_moment_is_wrong()
    {
        ShouldBeWrong(ViolationKind.Missing, Upsert(1, 1, 2), Upsert(2, 3, 4, found: false));
        ShouldBeWrong(ViolationKind.Stale, Upsert(1, 1, 2, found: true));
        ShouldBeWrong(ViolationKind.Stale, Insert(1, 1, 10, found: true), Insert(2, 1, 10, found: true));
        ShouldBeWrong(ViolationKind.Missing, Insert(1, 1, 10, found: false), Insert(2, 1, 10, found: false));
        ShouldBeWrong(ViolationKind.Stale, Upsert(1, 1, 2), Delete(3, 10, found: true), Delete(3, 10, found: true));
    }

    [Fact]
    public void A_write_without_an_answer_may_happen_at_any_later_moment_or_never()
    {
        Operation lost = Upsert(2, 3, Operation.Never);
        ShouldBeRight(Upsert(1, 1, 2), lost, Read(1, 4, 5), Read(1, 6, 7));
        ShouldBeRight(Upsert(1, 1, 2), lost, Read(1, 4, 5), Read(2, 60, 70), Read(2, 80, 90));
        ShouldBeWrong(ViolationKind.Stale, Upsert(1, 1, 2), lost, Read(2, 4, 5), Read(1, 6, 7));
        ShouldBeWrong(ViolationKind.Future, Upsert(1, 1, 2), Read(2, 2, 2), lost);
    }

    [Fact]
    public void What_is_known_carries_over_from_one_part_of_a_history_to_the_next()
    {
        var checker = new RegisterChecker();
        checker.Check([Upsert(1, 1, 10), Upsert(2, 1, 10), Upsert(3, 5, Operation.Never)]).ShouldBeNull();
        checker.Check([Read(1, 11, 12), Read(3, 13, 14)]).ShouldBeNull();

        checker.Check([Read(1, 15, 16)]).ShouldNotBeNull().Kind.ShouldBe(ViolationKind.Stale);
    }

    [Fact]
    public void A_violation_names_the_answer_what_may_have_been_stored_and_what_happened_around_it()
    {
        Operation wrong = Read(1, 5, 6) with { Thread = 3, How = "get" };

        Violation violation = new RegisterChecker().Check([Upsert(1, 1, 2), Upsert(2, 3, 4), wrong]).ShouldNotBeNull();

        violation.Answer.ShouldBe(wrong);
        violation.Possible.ShouldBe([2]);
        violation.ToString().ShouldContain("thread 3 5..6 get Read version 1");
        violation.Around.Count.ShouldBe(3);
    }

    [Fact]
    public void A_history_that_cannot_be_checked_is_refused()
    {
        Should.Throw<ArgumentException>(() => new RegisterChecker().Check([Upsert(1, 1, 2), Upsert(1, 3, 4)]))
            .Message.ShouldContain("twice");
        Should.Throw<ArgumentException>(() => new RegisterChecker().Check([Read(1, 4, 3)])).Message.ShouldContain("before it begins");
        Should.Throw<InvalidOperationException>(() => new RegisterChecker().Check(
            Enumerable.Range(1, RegisterChecker.MaxOpenOperations + 1).Select(version => Upsert(version, 1, Operation.Never))))
            .Message.ShouldContain("64");
    }

    /// <summary>Histories of a register that is right by construction, and the same with one answer changed.</summary>
    [Fact]
    public void Random_histories_of_a_right_register_are_right_and_a_try_of_all_orders_agrees_on_changed_ones()
    {
        var random = new Random(5);
        int wrong = 0;
        for (int round = 0; round < 3_000; round++)
        {
            Operation[] history = RandomHistory(random, 6);
            new RegisterChecker().Check(history).ShouldBeNull();

            int changed = random.Next(history.Length);
            Operation old = history[changed];
            history[changed] = old.Kind == OperationKind.Read
                ? old with { Version = random.Next(8) }
                : old with { Found = random.Next(2) == 0 };
            bool isRight = HasRightOrder(history, new bool[history.Length], 0);
            (new RegisterChecker().Check(history) is null).ShouldBe(isRight, string.Join('\n', history.AsEnumerable()));
            wrong += isRight ? 0 : 1;
        }
        wrong.ShouldBeInRange(300, 2_700);
    }

    private static Operation[] RandomHistory(Random random, int count)
    {
        // Each takes effect at a moment of its own; its interval lies around that moment.
        var history = new Operation[count];
        long stored = 0;
        for (int i = 0; i < count; i++)
        {
            long effect = 10 * i;
            var kind = (OperationKind)random.Next(4);
            long version = kind switch { OperationKind.Read => stored, OperationKind.Delete => 0, _ => i + 1 };
            history[i] = new Operation(kind, version, effect - random.Next(25), effect + random.Next(25))
            {
                Found = kind == OperationKind.Read || random.Next(3) == 0 ? null : stored != 0,
            };
            stored = history[i].ApplyTo(stored)!.Value;
        }
        return history;
    }

    /// <summary>By the definition: some order that keeps what was over before something else began, and explains every answer.</summary>
    private static bool HasRightOrder(Operation[] history, bool[] done, long stored)
    {
        if (Array.TrueForAll(done, isDone => isDone))
            return true;
        for (int i = 0; i < history.Length; i++)
        {
            bool isNext = !done[i]
                && !Enumerable.Range(0, history.Length).Any(other => !done[other] && history[other].Returned < history[i].Invoked);
            if (!isNext || history[i].ApplyTo(stored) is not { } after)
                continue;
            done[i] = true;
            bool isRight = HasRightOrder(history, done, after);
            done[i] = false;
            if (isRight)
                return true;
        }
        return false;
    }

    private static void ShouldBeRight(params Operation[] history) => new RegisterChecker().Check(history).ShouldBeNull();

    private static void ShouldBeWrong(ViolationKind kind, params Operation[] history) =>
        new RegisterChecker().Check(history).ShouldNotBeNull().Kind.ShouldBe(kind);

    private static Operation Read(long version, long invoked, long returned) => new(OperationKind.Read, version, invoked, returned);

    private static Operation Miss(long version, long invoked, long returned) => new(OperationKind.Miss, version, invoked, returned);

    private static Operation Upsert(long version, long invoked, long returned, bool? found = null) =>
        new(OperationKind.Upsert, version, invoked, returned) { Found = found };

    private static Operation Insert(long version, long invoked, long returned, bool? found = null) =>
        new(OperationKind.Insert, version, invoked, returned) { Found = found };

    private static Operation Delete(long invoked, long returned, bool? found = null) =>
        new(OperationKind.Delete, 0, invoked, returned) { Found = found };
}
