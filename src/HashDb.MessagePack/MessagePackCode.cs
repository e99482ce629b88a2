// The first byte of every value, as the MessagePack specification assigns it. The only place that knows the numbers.
namespace HashDb.MessagePack;

/// <summary>The first byte of an encoded value (MessagePack specification, "Formats").</summary>
public static class MessagePackCode
{
    /// <summary>Smallest positive fixint; the code is the value.</summary>
    public const byte MinFixInt = 0x00;

    /// <summary>Largest positive fixint (127).</summary>
    public const byte MaxFixInt = 0x7f;

    /// <summary>Empty fixmap; the low four bits count the pairs.</summary>
    public const byte MinFixMap = 0x80;

    /// <summary>Fixmap of 15 pairs.</summary>
    public const byte MaxFixMap = 0x8f;

    /// <summary>Empty fixarray; the low four bits count the elements.</summary>
    public const byte MinFixArray = 0x90;

    /// <summary>Fixarray of 15 elements.</summary>
    public const byte MaxFixArray = 0x9f;

    /// <summary>Empty fixstr; the low five bits count the UTF-8 bytes.</summary>
    public const byte MinFixStr = 0xa0;

    /// <summary>Fixstr of 31 bytes.</summary>
    public const byte MaxFixStr = 0xbf;

    /// <summary>Nil.</summary>
    public const byte Nil = 0xc0;

    /// <summary>The one code the specification never uses; refused wherever it is met.</summary>
    public const byte NeverUsed = 0xc1;

    /// <summary>False.</summary>
    public const byte False = 0xc2;

    /// <summary>True.</summary>
    public const byte True = 0xc3;

    /// <summary>Binary, length in 1 byte.</summary>
    public const byte Bin8 = 0xc4;

    /// <summary>Binary, length in 2 bytes.</summary>
    public const byte Bin16 = 0xc5;

    /// <summary>Binary, length in 4 bytes.</summary>
    public const byte Bin32 = 0xc6;

    /// <summary>Extension, length in 1 byte.</summary>
    public const byte Ext8 = 0xc7;

    /// <summary>Extension, length in 2 bytes.</summary>
    public const byte Ext16 = 0xc8;

    /// <summary>Extension, length in 4 bytes.</summary>
    public const byte Ext32 = 0xc9;

    /// <summary>IEEE 754 single.</summary>
    public const byte Float32 = 0xca;

    /// <summary>IEEE 754 double.</summary>
    public const byte Float64 = 0xcb;

    /// <summary>Unsigned integer in 1 byte.</summary>
    public const byte UInt8 = 0xcc;

    /// <summary>Unsigned integer in 2 bytes.</summary>
    public const byte UInt16 = 0xcd;

    /// <summary>Unsigned integer in 4 bytes.</summary>
    public const byte UInt32 = 0xce;

    /// <summary>Unsigned integer in 8 bytes.</summary>
    public const byte UInt64 = 0xcf;

    /// <summary>Signed integer in 1 byte.</summary>
    public const byte Int8 = 0xd0;

    /// <summary>Signed integer in 2 bytes.</summary>
    public const byte Int16 = 0xd1;

    /// <summary>Signed integer in 4 bytes.</summary>
    public const byte Int32 = 0xd2;

    /// <summary>Signed integer in 8 bytes.</summary>
    public const byte Int64 = 0xd3;

    /// <summary>Extension of 1 byte.</summary>
    public const byte FixExt1 = 0xd4;

    /// <summary>Extension of 2 bytes.</summary>
    public const byte FixExt2 = 0xd5;

    /// <summary>Extension of 4 bytes.</summary>
    public const byte FixExt4 = 0xd6;

    /// <summary>Extension of 8 bytes.</summary>
    public const byte FixExt8 = 0xd7;

    /// <summary>Extension of 16 bytes.</summary>
    public const byte FixExt16 = 0xd8;

    /// <summary>String, length in 1 byte.</summary>
    public const byte Str8 = 0xd9;

    /// <summary>String, length in 2 bytes.</summary>
    public const byte Str16 = 0xda;

    /// <summary>String, length in 4 bytes.</summary>
    public const byte Str32 = 0xdb;

    /// <summary>Array, count in 2 bytes.</summary>
    public const byte Array16 = 0xdc;

    /// <summary>Array, count in 4 bytes.</summary>
    public const byte Array32 = 0xdd;

    /// <summary>Map, count of pairs in 2 bytes.</summary>
    public const byte Map16 = 0xde;

    /// <summary>Map, count of pairs in 4 bytes.</summary>
    public const byte Map32 = 0xdf;

    /// <summary>Smallest negative fixint (-32).</summary>
    public const byte MinNegativeFixInt = 0xe0;

    /// <summary>Largest negative fixint (-1).</summary>
    public const byte MaxNegativeFixInt = 0xff;

    /// <summary>The family of values that a first byte starts; <see cref="MessagePackType.Unknown"/> for <see cref="NeverUsed"/>.</summary>
    public static MessagePackType ToMessagePackType(byte code) => code switch
    {
        <= MaxFixInt or >= MinNegativeFixInt => MessagePackType.Integer,
        <= MaxFixMap => MessagePackType.Map,
        <= MaxFixArray => MessagePackType.Array,
        <= MaxFixStr => MessagePackType.String,
        Nil => MessagePackType.Nil,
        NeverUsed => MessagePackType.Unknown,
        False or True => MessagePackType.Boolean,
        <= Bin32 => MessagePackType.Binary,
        <= Ext32 => MessagePackType.Extension,
        <= Float64 => MessagePackType.Float,
        <= Int64 => MessagePackType.Integer,
        <= FixExt16 => MessagePackType.Extension,
        <= Str32 => MessagePackType.String,
        <= Array32 => MessagePackType.Array,
        _ => MessagePackType.Map,
    };
}
