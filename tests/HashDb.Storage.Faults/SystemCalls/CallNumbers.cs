// The numbers of the system calls that can change files, on the processors that the tests know. A call that a processor does not have
// is -1: there the C library makes another of them.
using System.Runtime.InteropServices;

namespace HashDb.Storage.Faults.SystemCalls;

internal static class CallNumbers
{
    public static readonly int Write = Of(1, 64);
    public static readonly int WriteAt = Of(18, 68);
    public static readonly int WriteVector = Of(20, 66);
    public static readonly int WriteVectorAt = Of(296, 70);
    public static readonly int WriteVectorAtWithFlags = Of(328, 287);
    public static readonly int SetLength = Of(77, 46);
    public static readonly int SetLengthOfPath = Of(76, 45);
    public static readonly int Allocate = Of(285, 47);
    public static readonly int Flush = Of(74, 82);
    public static readonly int FlushData = Of(75, 83);
    public static readonly int Rename = Of(82, -1);
    public static readonly int RenameAt = Of(264, 38);
    public static readonly int RenameAtWithFlags = Of(316, 276);
    public static readonly int Unlink = Of(87, -1);
    public static readonly int UnlinkAt = Of(263, 35);
    public static readonly int Open = Of(2, -1);
    public static readonly int OpenAt = Of(257, 56);
    public static readonly int OpenAtWithStructure = Of(437, 437);
    public static readonly int Create = Of(85, -1);
    public static readonly int MakeDirectory = Of(83, -1);
    public static readonly int MakeDirectoryAt = Of(258, 34);
    public static readonly int RemoveDirectory = Of(84, -1);
    public static readonly int Link = Of(86, -1);
    public static readonly int LinkAt = Of(265, 37);
    public static readonly int SymbolicLink = Of(88, -1);
    public static readonly int SymbolicLinkAt = Of(266, 36);
    public static readonly int Map = Of(9, 222);
    public static readonly int CopyRange = Of(326, 285);
    public static readonly int SendFile = Of(40, 71);
    public static readonly int SetUpRing = Of(425, 425);
    public static readonly int ProcessControl = Of(157, 167);
    public static readonly int InstallFilter = Of(317, 277);
    public static readonly int OpenProcess = Of(434, 434);
    public static readonly int TakeDescriptor = Of(438, 438);

    public static bool AreKnown =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    private static int Of(int x64, int arm64) => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? arm64 : x64;
}
