namespace MiMoCode.TestKit;

/// <summary>A clock that stands still until it is advanced; timers that fall due fire in order, at their own time, on the advancing thread.</summary>
internal sealed class ManualClock(DateTimeOffset start) : TimeProvider
{
    private readonly List<Alarm> _alarms = [];
    private DateTimeOffset _now = start;

    /// <summary>Starts on a fixed day.</summary>
    public ManualClock() : this(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)) { }

    /// <summary>How many timers wait; lets a test know that the code under test has got as far as waiting.</summary>
    public int Waiting
    {
        get { lock (_alarms) { return _alarms.Count(alarm => alarm.Due is not null); } }
    }

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_alarms) { return _now; }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        lock (_alarms) { _alarms.Add(alarm); }
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>Lets time pass and fires what falls due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        var until = GetUtcNow() + by;
        while (NextDue(until) is { } alarm) { alarm.Fire(); }
        lock (_alarms) { _now = until; }
    }

    /// <summary>Waits, in real time, until so many timers wait; the one place where a test and the code under test meet.</summary>
    public async Task UntilWaitingAsync(int timers, CancellationToken cancellationToken)
    {
        while (Waiting < timers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private Alarm? NextDue(DateTimeOffset until)
    {
        lock (_alarms)
        {
            var next = _alarms.Where(alarm => alarm.Due <= until).MinBy(alarm => alarm.Due);
            if (next is null) { return null; }
            _now = next.Due > _now ? next.Due.Value : _now;
            next.Due = next.Period > TimeSpan.Zero ? next.Due + next.Period : null;
            return next;
        }
    }

    private sealed class Alarm(ManualClock clock, Action fire) : ITimer
    {
        public DateTimeOffset? Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._alarms)
            {
                Period = period;
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock._now + dueTime;
                if (dueTime != TimeSpan.Zero) { return true; }
                Due = period > TimeSpan.Zero ? clock._now + period : null;
            }
            fire();
            return true;
        }

        public void Dispose()
        {
            lock (clock._alarms)
            {
                Due = null;
                clock._alarms.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
