// Parses the Python dictionary of a numpy header, for example {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
// Strict: the three keys, each once, nothing else. Never recursive.
using System.Globalization;

namespace HashDb.Models.Data.Internal;

internal sealed class NpyHeaderParser(string text, Func<int, string, CorruptDataException> fault)
{
    private int _at;
    private bool? _isFortranOrder;

    /// <summary>The dtype as text; a structured one is its source.</summary>
    public string Descr { get; private set; } = "";

    public bool IsFortranOrder => _isFortranOrder == true;

    public IReadOnlyList<long> Shape { get; private set; } = [];

    public void Parse()
    {
        bool hasDescr = false;
        bool hasShape = false;
        Expect('{');
        while (!TryTake('}'))
        {
            int keyAt = SkipSpace();
            string key = ParseText();
            Expect(':');
            switch (key)
            {
                case "descr" when !hasDescr:
                    Descr = ParseDescr();
                    hasDescr = true;
                    break;
                case "fortran_order" when _isFortranOrder is null:
                    _isFortranOrder = ParseBoolean();
                    break;
                case "shape" when !hasShape:
                    Shape = ParseShape();
                    hasShape = true;
                    break;
                default:
                    throw fault(keyAt, $"key '{key}' is unknown or stands there twice");
            }

            if (!TryTake(','))
            {
                Expect('}');
                break;
            }
        }

        if (SkipSpace() < text.Length)
            throw fault(_at, $"'{text[_at]}' follows the dictionary");
        if (!hasDescr || !hasShape || _isFortranOrder is null)
            throw fault(0, "descr, fortran_order and shape must all be there");
    }

    private int SkipSpace()
    {
        while (_at < text.Length && text[_at] is ' ' or '\n' or '\t' or '\r')
            _at++;
        return _at;
    }

    private bool TryTake(char expected)
    {
        if (SkipSpace() >= text.Length || text[_at] != expected)
            return false;
        _at++;
        return true;
    }

    private void Expect(char expected)
    {
        if (!TryTake(expected))
            throw fault(_at, $"'{expected}' expected, {Found()}");
    }

    private string Found() => _at < text.Length ? $"found '{text[_at]}'" : "found the end";

    private string ParseText()
    {
        if (SkipSpace() >= text.Length || text[_at] is not ('\'' or '"'))
            throw fault(_at, $"a quoted text expected, {Found()}");
        int end = text.IndexOf(text[_at], _at + 1);
        if (end < 0)
            throw fault(_at, "a quoted text has no end");
        string value = text[(_at + 1)..end];
        _at = end + 1;
        return value;
    }

    private string ParseDescr()
    {
        if (SkipSpace() >= text.Length || text[_at] != '[')
            return ParseText();
        // A structured type: taken up to its closing bracket, to be named in the refusal.
        int start = _at;
        int open = 0;
        for (; _at < text.Length; _at++)
        {
            open += text[_at] == '[' ? 1 : text[_at] == ']' ? -1 : 0;
            if (open == 0)
                return text[start..++_at];
        }

        throw fault(start, "'[' has no end");
    }

    private bool ParseBoolean()
    {
        SkipSpace();
        foreach (bool value in (bool[])[true, false])
        {
            string name = value ? "True" : "False";
            if (string.CompareOrdinal(text, _at, name, 0, name.Length) != 0)
                continue;
            _at += name.Length;
            return value;
        }

        throw fault(_at, $"True or False expected, {Found()}");
    }

    private List<long> ParseShape()
    {
        List<long> shape = [];
        int start = SkipSpace();
        Expect('(');
        while (!TryTake(')'))
        {
            shape.Add(ParseLength());
            if (shape.Count > DataLimits.MaxRank)
                throw fault(start, $"the shape has more than {DataLimits.MaxRank} axes");
            if (TryTake(','))
                continue;
            // (3) is a number in Python, not a tuple.
            if (shape.Count == 1)
                throw fault(_at, $"',' expected, {Found()}");
            Expect(')');
            break;
        }

        return shape;
    }

    private long ParseLength()
    {
        int start = SkipSpace();
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
            _at++;
        if (_at == start)
            throw fault(start, $"a length expected, {Found()}");
        if (!long.TryParse(text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out long length))
            throw fault(start, $"the length {text[start.._at]} is beyond {long.MaxValue}");
        // Python 2 wrote long integers with a suffix.
        TryTake('L');
        return length;
    }
}
