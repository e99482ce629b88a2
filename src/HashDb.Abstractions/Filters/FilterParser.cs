// Reads the text of a filter; docs/FILTERS.md has the grammar. Calls nest no deeper than a filter may.
using System.Globalization;
using HashDb.Fields;

namespace HashDb.Filters;

internal sealed class FilterParser
{
    private readonly FilterTokens _tokens;
    private int _depth;

    private FilterParser(FilterTokens tokens) => _tokens = tokens;

    public static Filter Parse(string text)
    {
        var parser = new FilterParser(new FilterTokens(text));
        try
        {
            Filter filter = parser.ReadOr();
            return parser._tokens.Kind == TokenKind.End ? filter : throw parser._tokens.Expected("&&, || or the end");
        }
        catch (ArgumentException exception) when (exception is not FilterSyntaxException)
        {
            // A part that is too large when it is put together.
            throw parser._tokens.Wrong(exception.Message.TrimEnd('.'));
        }
    }

    private Filter ReadOr()
    {
        var parts = new List<Filter> { ReadAnd() };
        while (_tokens.IsSign("||") || _tokens.IsKeyword("or"))
        {
            _tokens.Advance();
            parts.Add(ReadAnd());
            CheckCount(parts);
        }
        return Filter.Or(parts);
    }

    private Filter ReadAnd()
    {
        var parts = new List<Filter> { ReadTerm() };
        while (_tokens.IsSign("&&") || _tokens.IsKeyword("and"))
        {
            _tokens.Advance();
            parts.Add(ReadTerm());
            CheckCount(parts);
        }
        return Filter.And(parts);
    }

    private void CheckCount(List<Filter> parts)
    {
        if (parts.Count > StorageLimits.MaxFilterTerms)
            throw _tokens.Wrong($"there are more than {StorageLimits.MaxFilterTerms} terms, which is the limit; use 'in' for many values");
    }

    private Filter ReadTerm()
    {
        bool isNot = _tokens.IsSign("!") || _tokens.IsKeyword("not");
        if (!isNot && !_tokens.IsSign("("))
            return ReadComparison();
        // Only what nests is a level, so that the text of every filter that can be built has no more levels than the filter.
        if (++_depth > StorageLimits.MaxFilterDepth)
            throw _tokens.Wrong($"there are more than {StorageLimits.MaxFilterDepth} levels, which is the limit");
        _tokens.Advance();
        Filter inner = isNot ? Filter.Not(ReadTerm()) : ReadOr();
        if (!isNot)
            Take(")");
        _depth--;
        return inner;
    }

    private Filter ReadComparison()
    {
        if (_tokens.Kind != TokenKind.Name)
            throw _tokens.Expected("the name of a field, '(' or '!'");
        if (_tokens.IsKeyword("true") || _tokens.IsKeyword("false"))
        {
            bool isMatch = _tokens.IsKeyword("true");
            _tokens.Advance();
            return isMatch ? Filter.All : Filter.Nothing;
        }
        bool isExists = _tokens.IsKeyword("exists");
        string name = _tokens.Value;
        if (!isExists && !_tokens.IsQuoted && FilterTokens.IsWord(name))
            throw _tokens.Wrong($"'{name}' is a word of filters; a field of that name stands in backticks: `{name}`");
        int position = _tokens.Position;
        _tokens.Advance();
        if (isExists)
        {
            Take("(");
            if (_tokens.Kind != TokenKind.Name)
                throw _tokens.Expected("the name of a field");
            (name, position) = (_tokens.Value, _tokens.Position);
            _tokens.Advance();
            Take(")");
        }
        try
        {
            return isExists ? Filter.Field(name).Exists() : ReadOperator(Filter.Field(name));
        }
        catch (ArgumentException exception) when (exception is not FilterSyntaxException)
        {
            throw new FilterSyntaxException($"The filter cannot be read at character {position}: {exception.Message}", position);
        }
    }

    private Filter ReadOperator(FilterField field)
    {
        if (_tokens.IsKeyword("in"))
        {
            _tokens.Advance();
            return field.In(ReadValues());
        }
        if (_tokens.IsKeyword("contains"))
        {
            _tokens.Advance();
            return field.Contains(ReadValue());
        }
        if (_tokens.IsKeyword("startswith"))
        {
            _tokens.Advance();
            return _tokens.Kind == TokenKind.Text
                ? field.StartsWith(ReadValue().AsString())
                : throw _tokens.Expected("a text in quotes");
        }
        string sign = _tokens.Kind == TokenKind.Sign ? _tokens.Value : "";
        if (sign is not ("==" or "=" or "!=" or "<>" or "<" or "<=" or ">" or ">="))
            throw _tokens.Expected("==, !=, <, <=, >, >=, in, contains or startsWith");
        _tokens.Advance();
        FieldValue value = ReadValue();
        return sign switch
        {
            "==" or "=" => field == value,
            "<" => field < value,
            "<=" => field <= value,
            ">" => field > value,
            ">=" => field >= value,
            _ => field != value,
        };
    }

    private List<FieldValue> ReadValues()
    {
        string end = _tokens.IsSign("[") ? "]" : ")";
        if (!_tokens.IsSign("[") && !_tokens.IsSign("("))
            throw _tokens.Expected("'(' and values");
        _tokens.Advance();
        var values = new List<FieldValue>();
        while (!_tokens.IsSign(end))
        {
            if (values.Count > 0)
                Take(",");
            values.Add(ReadValue());
            if (values.Count > StorageLimits.MaxFilterValues)
                throw _tokens.Wrong($"'in' has more than {StorageLimits.MaxFilterValues} values, which is the limit");
        }
        _tokens.Advance();
        return values;
    }

    private FieldValue ReadValue()
    {
        string text = _tokens.Value;
        FieldValue value;
        switch (_tokens.Kind)
        {
            case TokenKind.Text:
                value = text;
                break;
            case TokenKind.Number:
                value = ReadNumber(text);
                break;
            case TokenKind.Name when _tokens.IsKeyword("true") || _tokens.IsKeyword("false"):
                value = _tokens.IsKeyword("true");
                break;
            case TokenKind.Name when _tokens.IsKeyword("null"):
                return Advanced(FieldValue.Null);
            case TokenKind.Name when _tokens.IsKeyword("infinity"):
                value = double.PositiveInfinity;
                break;
            case TokenKind.Name when _tokens.IsKeyword("date") || _tokens.IsKeyword("guid") || _tokens.IsKeyword("bytes"):
                return ReadTyped(text.ToLowerInvariant());
            default:
                throw _tokens.Expected("a number, a text in quotes, true, false, date(\"..\"), guid(\"..\") or bytes(\"..\")");
        }
        return Advanced(value);
    }

    private FieldValue Advanced(FieldValue value)
    {
        _tokens.Advance();
        return value;
    }

    private FieldValue ReadNumber(string text)
    {
        bool isWhole = text.AsSpan().IndexOfAny('.', 'e', 'E') < 0;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
            return whole;
        if (ulong.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out ulong large))
            return large;
        if (text.Equals("-Infinity", StringComparison.OrdinalIgnoreCase))
            return double.NegativeInfinity;
        // A whole number that is too large is not rounded to a double.
        return !isWhole && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && double.IsFinite(number)
                ? number
                : throw _tokens.Wrong($"'{Quoted.Cut(text)}' is no number that 64 bits or, with a point or exponent, a float64 holds");
    }

    private FieldValue ReadTyped(string type)
    {
        _tokens.Advance();
        Take("(");
        if (_tokens.Kind != TokenKind.Text)
            throw _tokens.Expected("a text in quotes");
        string text = _tokens.Value;
        FieldValue value = type switch
        {
            "date" when FieldJson.TryDate(text, out DateTimeOffset date) => date,
            "guid" when Guid.TryParse(text, out Guid id) => id,
            "bytes" when FieldJson.TryBytes(text, out byte[] bytes) => bytes,
            _ => throw _tokens.Wrong($"\"{Quoted.Cut(text)}\" is no {type}"),
        };
        _tokens.Advance();
        Take(")");
        return value;
    }

    private void Take(string sign)
    {
        if (!_tokens.IsSign(sign))
            throw _tokens.Expected($"'{sign}'");
        _tokens.Advance();
    }
}
