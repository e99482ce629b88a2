// The folder of a database: its identity file, and the folders of its collections, which appear and vanish by rename so that a
// stop leaves whole ones only; docs/FILE-FORMAT.md, "Layout".
//
//   DATABASE, 16 bytes: u32 magic "HBDS", u32 format version, u32 zero, u32 CRC-32C of bytes 0 to 11
using System.Buffers.Binary;
using HashDb.Checks;
using HashDb.Models.Files;
using HashDb.Serialization;
using HashDb.Storage.Files;

namespace HashDb.Storage;

internal static class DatabaseFolder
{
    public const string IdentityFileName = "DATABASE";
    public const string CollectionsFolderName = "collections";
    public const uint Magic = 0x53444248; // "HBDS"
    public const uint Version = 1;
    public const int IdentityLength = 16;
    private const int VersionOffset = 4;
    private const int ChecksumOffset = 12;
    private const string CreatingPrefix = ".creating-";
    private const string DroppedPrefix = ".dropped-";

    public static string CollectionPath(string database, string name) => Path.Combine(database, CollectionsFolderName, name);

    /// <summary>Makes an empty database when there is none; refuses a folder that holds something else.</summary>
    public static void Prepare(string directory, bool mayCreate)
    {
        if (File.Exists(Path.Combine(directory, IdentityFileName)))
            return;
        if (File.Exists(directory))
            throw new HashDbException(HashDbErrorCode.DatabaseNotFound, $"{directory} is a file, not a database folder.");
        if (Directory.Exists(Path.Combine(directory, CollectionsFolderName)))
            throw new CorruptDataException(
                Path.Combine(directory, IdentityFileName), -1, "the identity file is missing, but the folder holds collections");
        if (!mayCreate)
            throw new HashDbException(HashDbErrorCode.DatabaseNotFound, $"There is no database in {directory}.");
        if (Directory.Exists(directory)
            && Directory.EnumerateFileSystemEntries(directory)
                .Any(entry => Path.GetFileName(entry) != DirectoryLock.FileName && !entry.EndsWith(".tmp", StringComparison.Ordinal)))
            throw new HashDbException(
                HashDbErrorCode.DatabaseNotFound,
                $"{directory} holds files that are not a database; a new database needs an empty folder.");
        try
        {
            CreateDurably(directory);
            WriteIdentity(directory);
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            throw StorageFault.Wrap(exception, "create a database in", directory);
        }
    }

    /// <summary>Makes a folder and those above it that are missing, and flushes the names of all that are new.</summary>
    public static void CreateDurably(string directory)
    {
        if (Directory.Exists(directory))
            return;
        string? parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(directory));
        if (parent is not null)
            CreateDurably(parent);
        PrivateFile.CreateFolder(directory);
        // Without it a loss of power takes the folder away, and with it everything that was acknowledged in it.
        if (parent is not null)
            DeviceFlush.Directory(parent);
    }

    /// <param name="directory">The folder of the database.</param>
    /// <param name="mayCreate">False to leave the folder as it is: a folder of collections that is missing is then not made.</param>
    /// <exception cref="CorruptDataException">The identity file is damaged.</exception>
    public static void CheckIdentity(string directory, bool mayCreate = true)
    {
        string path = Path.Combine(directory, IdentityFileName);
        byte[] bytes = new FileInfo(path).Length <= IdentityLength
            ? File.ReadAllBytes(path)
            : throw new CorruptDataException(path, IdentityLength, "the identity file is too long");
        if (bytes.Length < IdentityLength)
            throw new CorruptDataException(path, bytes.Length, $"the identity file has {bytes.Length} bytes of {IdentityLength}");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(ChecksumOffset)) != Checksum.Compute(bytes.AsSpan(0, ChecksumOffset)))
            throw new CorruptDataException(path, 0, "the identity file does not match its checksum");
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(VersionOffset));
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic || version != Version)
            throw new HashDbException(
                HashDbErrorCode.UnsupportedVersion, $"{path} has format version {version}; this build reads {Version}.");
        if (mayCreate)
            PrivateFile.CreateFolder(Path.Combine(directory, CollectionsFolderName));
    }

    public static void WriteIdentity(string directory)
    {
        byte[] bytes = new byte[IdentityLength];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(VersionOffset), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(ChecksumOffset), Checksum.Compute(bytes.AsSpan(0, ChecksumOffset)));
        AtomicFile.Write(Path.Combine(directory, IdentityFileName), bytes);
    }

    public static IReadOnlyList<string> CollectionNames(string directory) => !Directory.Exists(CollectionPath(directory, "")) ? [] :
    [
        .. Directory.EnumerateDirectories(Path.Combine(directory, CollectionsFolderName))
            .Select(path => Path.GetFileName(path))
            .Where(NameChecks.IsAllowed)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Makes a collection's folder under another name, fills it, and renames it when it is durable.</summary>
    public static void Create(string database, string name, FaultPoints? points, Action<CollectionFiles> fill)
    {
        string parent = Path.Combine(database, CollectionsFolderName);
        string building = Path.Combine(parent, CreatingPrefix + Guid.NewGuid().ToString("N"));
        try
        {
            fill(new CollectionFiles(building));
            DeviceFlush.Directory(building);
            points?.Pass(FaultPoints.CreateBeforeRename);
            Directory.Move(building, Path.Combine(parent, name));
            DeviceFlush.Directory(parent);
            DeviceFlush.Directory(database);
        }
        catch
        {
            if (Directory.Exists(building))
                Directory.Delete(building, recursive: true);
            throw;
        }
    }

    public static void Drop(string database, string name, FaultPoints? points)
    {
        string parent = Path.Combine(database, CollectionsFolderName);
        string dropped = Path.Combine(parent, DroppedPrefix + Guid.NewGuid().ToString("N"));
        Directory.Move(Path.Combine(parent, name), dropped);
        DeviceFlush.Directory(parent);
        points?.Pass(FaultPoints.DropAfterRename);
        Directory.Delete(dropped, recursive: true);
    }

    /// <summary>Removes collections that were half made or half dropped.</summary>
    public static void DeleteLeftovers(string database)
    {
        // Names that are seen may not be on the device: whoever made them was perhaps killed before the flush. A collection that is
        // written to must not vanish, and one that is deleted here must not come back under its old name without its files.
        DeviceFlush.Directory(Path.Combine(database, CollectionsFolderName));
        DeviceFlush.Directory(database);
        foreach (string directory in Directory.EnumerateDirectories(Path.Combine(database, CollectionsFolderName), ".*"))
        {
            string name = Path.GetFileName(directory);
            if (name.StartsWith(CreatingPrefix, StringComparison.Ordinal) || name.StartsWith(DroppedPrefix, StringComparison.Ordinal))
                Directory.Delete(directory, recursive: true);
        }
        foreach (string temporary in Directory.EnumerateFiles(database, "*.tmp"))
            File.Delete(temporary);
    }
}
