// Cuts the text of a filter into tokens, one at a time.
using System.Text;
using HashDb.Fields;

namespace HashDb.Filters;

internal enum TokenKind
{
    End,
    Name,
    Text,
    Number,
    Sign,
}

internal sealed class FilterTokens
{
    private static readonly string[] Signs = ["&&", "||", "==", "!=", "<>", "<=", ">=", "=", "<", ">", "!", "(", ")", "[", "]", ","];

    // Words that mean something where a name may stand; a field of such a name stands in backticks. "date", "guid" and "bytes" stand before
    // a bracket and where a value is expected, so that fields can have these names.
    private static readonly string[] Words =
        ["and", "or", "not", "in", "contains", "startswith", "exists", "true", "false", "null", "infinity", "nan"];

    private readonly string _text;
    private int _next;

    public FilterTokens(string text)
    {
        // A character takes at least a byte, so a huge text is not counted.
        int bytes = text.Length > StorageLimits.MaxFilterTextBytes ? text.Length : Encoding.UTF8.GetByteCount(text);
        if (bytes > StorageLimits.MaxFilterTextBytes)
            throw new FilterSyntaxException($"The filter has {bytes} bytes of UTF-8; the limit is {StorageLimits.MaxFilterTextBytes}.", 0);
        _text = text;
        Advance();
    }

    public TokenKind Kind { get; private set; }

    /// <summary>The token: a name or text without its quotes, the characters of a number or sign.</summary>
    public string Value { get; private set; } = "";

    /// <summary>True for a name in backticks, which is never a word.</summary>
    public bool IsQuoted { get; private set; }

    /// <summary>Where the token begins.</summary>
    public int Position { get; private set; }

    public static bool IsWord(string name) => Words.Contains(name, StringComparer.OrdinalIgnoreCase);

    public static bool IsNameStart(char c) => char.IsLetter(c) || c is '_' or '$';

    public static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c is '_' or '.' or '-' or '$';

    public bool IsSign(string sign) => Kind == TokenKind.Sign && Value == sign;

    public bool IsKeyword(string word) =>
        Kind == TokenKind.Name && !IsQuoted && Value.Equals(word, StringComparison.OrdinalIgnoreCase);

    public void Advance()
    {
        while (_next < _text.Length && char.IsWhiteSpace(_text[_next]))
            _next++;
        Position = _next;
        IsQuoted = false;
        if (_next == _text.Length)
            (Kind, Value) = (TokenKind.End, "");
        else if (_text[_next] is '"' or '\'')
            (Kind, Value) = (TokenKind.Text, ReadText(_text[_next]));
        else if (_text[_next] == '`')
            (Kind, Value, IsQuoted) = (TokenKind.Name, ReadQuotedName(), true);
        else if (IsNumberStart())
            (Kind, Value) = (TokenKind.Number, Take(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '+' or '-'));
        else if (IsNameStart(_text[_next]))
            (Kind, Value) = (TokenKind.Name, Take(IsNamePart));
        else if (Array.Find(Signs, sign => string.CompareOrdinal(_text, _next, sign, 0, sign.Length) == 0) is { } sign)
            (Kind, Value, _next) = (TokenKind.Sign, sign, _next + sign.Length);
        else
            throw Wrong($"the character '{Quoted.Cut(_text[_next].ToString())}' means nothing here");
    }

    public FilterSyntaxException Wrong(string problem) =>
        new($"The filter cannot be read at character {Position}: {problem}.", Position);

    public FilterSyntaxException Expected(string what) => Wrong(
        $"expected {what}, found {(Kind == TokenKind.End ? "the end" : $"'{Quoted.Cut(Value)}'")}");

    private bool IsNumberStart()
    {
        char c = _text[_next];
        char after = _next + 1 < _text.Length ? _text[_next + 1] : ' ';
        return char.IsAsciiDigit(c)
            || (c is '.' && char.IsAsciiDigit(after))
            || (c is '-' or '+' && (char.IsAsciiDigit(after) || after is '.' or 'I' or 'i'));
    }

    private string Take(Func<char, bool> isPart)
    {
        int first = _next++;
        while (_next < _text.Length && isPart(_text[_next]))
            _next++;
        return _text[first.._next];
    }

    private string ReadQuotedName()
    {
        var name = new StringBuilder();
        for (_next++; _next < _text.Length; _next++)
        {
            if (_text[_next] != '`')
            {
                name.Append(_text[_next]);
                continue;
            }
            _next++;
            if (_next == _text.Length || _text[_next] != '`')
                return name.Length > 0 ? name.ToString() : throw Wrong("a name is empty");
            name.Append('`');
        }
        throw Wrong("a name in backticks has no end");
    }

    private string ReadText(char quote)
    {
        var text = new StringBuilder();
        for (_next++; _next < _text.Length; _next++)
        {
            char c = _text[_next];
            if (c == quote)
            {
                _next++;
                return text.ToString();
            }
            text.Append(c == '\\' ? ReadEscape() : c);
        }
        throw Wrong("a text has no end");
    }

    private char ReadEscape()
    {
        _next++;
        char c = _next < _text.Length ? _text[_next] : ' ';
        switch (c)
        {
            case '"' or '\'' or '\\' or '/':
                return c;
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case 'u' when _next + 4 < _text.Length
                && ushort.TryParse(
                    _text.AsSpan(_next + 1, 4), System.Globalization.NumberStyles.AllowHexSpecifier, null, out ushort code):
                _next += 4;
                return (char)code;
            default:
                throw Wrong($"'\\{Quoted.Cut(c.ToString())}' is no escape; there are \\\" \\' \\\\ \\n \\t \\r and \\uXXXX");
        }
    }
}
