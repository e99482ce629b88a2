// Who may be connected. Of all places, those that have not authenticated may hold half at most, so that a share is kept for clients
// that have; and one address may hold so many. When a connection comes for which there is no place, the oldest one that has not
// authenticated yet gives way: of the same address when that has too many, else of the address with most of them. A client that means
// it shows its token within milliseconds; one that only holds a place is the oldest soon.
//
// Threading: any thread. Connections are aborted outside of the lock.
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace HashDb.Server.Internal.Connections;

internal sealed class ConnectionPlaces(int maxConnections, int maxPerAddress)
{
    private const int NetworkBytes = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, AddressPlaces> _addresses = [];
    private readonly int _maxPending = Math.Max(1, maxConnections / 2);
    private int _count;
    private int _pending;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a place, which another may have to give up.</summary>
    /// <returns>Null when there is none.</returns>
    public ConnectionPlace? TryEnter(ConnectionContext connection)
    {
        IPAddress address = AddressOf(connection.RemoteEndPoint);
        ConnectionPlace place;
        ConnectionPlace? displaced = null;
        lock (_gate)
        {
            _addresses.TryGetValue(address, out AddressPlaces? ours);
            bool isAddressFull = ours is not null && ours.Count >= maxPerAddress;
            if (isAddressFull || _count >= maxConnections || _pending >= _maxPending)
            {
                displaced = (isAddressFull ? ours : _addresses.Values.MaxBy(other => other.Pending.Count))?.Pending.First?.Value;
                if (displaced is null)
                    return null;
                Remove(displaced);
            }
            if (!_addresses.TryGetValue(address, out ours))
                _addresses.Add(address, ours = new AddressPlaces());
            place = new ConnectionPlace(connection, address);
            place.Pending = ours.Pending.AddLast(place);
            ours.Count++;
            _count++;
            _pending++;
        }
        displaced?.Connection.Abort(new ConnectionAbortedException("The place was needed, and the client had not shown who it is."));
        return place;
    }

    /// <summary>Notes that a client has shown who it is: it keeps its place.</summary>
    /// <returns>False when the place was given to another.</returns>
    public bool Authenticate(ConnectionPlace place)
    {
        lock (_gate)
        {
            if (place.HasLeft)
                return false;
            EndPending(place);
            return true;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(ConnectionPlace place)
    {
        lock (_gate)
            Remove(place);
    }

    private void Remove(ConnectionPlace place)
    {
        if (place.HasLeft)
            return;
        place.HasLeft = true;
        EndPending(place);
        _count--;
        if (--_addresses[place.Address].Count == 0)
            _addresses.Remove(place.Address);
    }

    private void EndPending(ConnectionPlace place)
    {
        if (place.Pending is null)
            return;
        _addresses[place.Address].Pending.Remove(place.Pending);
        place.Pending = null;
        _pending--;
    }

    /// <summary>The address as it is counted: of IPv6 the network, of which one machine has as many addresses as it likes.</summary>
    private static IPAddress AddressOf(EndPoint? remote)
    {
        if (remote is not IPEndPoint { Address: var address })
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new IPAddress(bytes);
    }

    private sealed class AddressPlaces
    {
        public int Count { get; set; }

        /// <summary>Those that have not authenticated, the oldest first.</summary>
        public LinkedList<ConnectionPlace> Pending { get; } = new();
    }
}
