/// `model.safetensors.index.json`, `pytorch_model.bin.index.json`: which tensor lies in which file.
struct ShardIndex {
    /// File names in the order they are first named.
    private(set) var shards: [String] = []
    /// The position of each tensor's shard among them.
    private(set) var positions: [ByteKey: Int] = [:]

    /// - Throws: `FileError.badData` when it lists no tensors, or names a file that is not inside the folder.
    init(_ index: JSONObject) throws(FileError) {
        guard let map = try index.object("weight_map"), !map.members.isEmpty else {
            throw index.error("weight_map", "lists no tensors")
        }
        var shardPositions: [ByteKey: Int] = [:]
        for member in map.members {
            guard case .string(let shard) = member.value else {
                throw map.error(member.name, "does not name a file")
            }
            guard isPlainName(shard) else {
                throw map.error(member.name, "names the file \(shard.quoted), which is not inside the folder")
            }
            let position = shardPositions[ByteKey(shard)] ?? shards.count
            if position == shards.count {
                shardPositions[ByteKey(shard)] = position
                shards.append(shard)
            }
            positions[ByteKey(member.name)] = position
        }
    }
}
