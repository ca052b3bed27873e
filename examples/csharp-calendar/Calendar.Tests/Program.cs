using Calendar;
using Calendar.Tests;

var tests = new Runner();

tests.Run("a span contains its start", () => Check.Equal(true, Day(9, 10).Contains(At(9))));
tests.Run("a span does not contain its end", () => Check.Equal(false, Day(9, 10).Contains(At(10))));
tests.Run("a span must end after it starts", () => Check.Throws<ArgumentException>(() => Day(10, 10)));
tests.Run("spans that touch do not overlap", () => Check.Equal(false, Day(9, 10).Overlaps(Day(10, 11))));
tests.Run("the common time of two spans", () => Check.Equal(Day(10, 11), Day(9, 11).Intersect(Day(10, 12))));
tests.Run("spans without common time", () => Check.Equal(null, Day(9, 10).Intersect(Day(11, 12))));

tests.Run("a taken room is not booked twice", () =>
{
    var room = new Bookings();
    Check.Equal(true, room.TryBook(Day(9, 11)));
    Check.Equal(false, room.TryBook(Day(10, 12)));
    Check.Equal(1, room.All.Count);
});

tests.Run("bookings are kept in order", () =>
{
    var room = Booked(Day(14, 15), Day(9, 10), Day(11, 12));
    Check.Equal(At(9), room.All[0].Start);
    Check.Equal(At(14), room.All[2].Start);
});

tests.Run("bookings that touch are merged", () =>
{
    var merged = Booked(Day(9, 10), Day(10, 12), Day(14, 15)).Merged();
    Check.Equal(2, merged.Count);
    Check.Equal(Day(9, 12), merged[0]);
});

tests.Run("free time lies around the bookings", () =>
{
    var free = Booked(Day(10, 12), Day(13, 17)).Free(Day(8, 18), TimeSpan.FromMinutes(15));
    Check.Equal(3, free.Count);
    Check.Equal(Day(12, 13), free[1]);
});

tests.Run("a gap of exactly the wanted length is free", () =>
{
    var free = Booked(Day(8, 12), Day(13, 18)).Free(Day(8, 18), TimeSpan.FromHours(1));
    Check.Equal(1, free.Count);
    Check.Equal(Day(12, 13), free[0]);
});

tests.Run("a gap that is too short is not free", () =>
{
    var free = Booked(Day(8, 12), Day(13, 16)).Free(Day(8, 18), TimeSpan.FromHours(2));
    Check.Equal(1, free.Count);
    Check.Equal(Day(16, 18), free[0]);
});

tests.Run("an empty room is free all day", () => Check.Equal(Day(8, 18), Booked().Free(Day(8, 18), TimeSpan.FromHours(2))[0]));

tests.Run("working days leave out weekends", () => Check.Equal(6, Days().Count(new DateOnly(2024, 3, 1), new DateOnly(2024, 3, 8))));
tests.Run("working days leave out holidays", () => Check.Equal(1, Days(new DateOnly(2024, 3, 29)).Count(new DateOnly(2024, 3, 28), new DateOnly(2024, 3, 31))));
tests.Run("adding working days skips the weekend", () => Check.Equal(new DateOnly(2024, 3, 4), Days().Add(new DateOnly(2024, 3, 1), 1)));

return tests.Finish();

static DateTime At(int hour) => new(2024, 3, 1, hour, 0, 0);

static Span Day(int from, int to) => new(At(from), At(to));

static WorkingDays Days(params DateOnly[] holidays) => new(holidays);

static Bookings Booked(params Span[] spans)
{
    var room = new Bookings();
    foreach (var span in spans)
        room.TryBook(span);
    return room;
}
