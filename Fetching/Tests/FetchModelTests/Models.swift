import LoopbackHub
import Synchronization

/// Bytes that no compression and no luck gets right: those of a small generator.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
    }
}

/// A small model as the hub has them, with what nobody needs beside.
func smallModel(_ name: String = "owner/model", weights: Int = 300_000) -> HostedRepository {
    HostedRepository(
        name,
        [
            HostedFile("config.json", Array(#"{"model_type": "vit"}"#.utf8)),
            HostedFile("model.safetensors", noise(weights)),
            HostedFile("vocab.txt", Array("a\nb\n".utf8)),
            HostedFile("pytorch_model.bin", noise(1000, seed: 2)),
            HostedFile("tf_model.h5", noise(1000, seed: 3)),
            HostedFile("onnx/model.onnx", noise(1000, seed: 4)),
            HostedFile("README.md", Array("# A model".utf8)),
            HostedFile(".gitattributes", Array("*.bin filter=lfs".utf8)),
        ])
}

/// Counts, for answers that change from one to the next.
final class Counter: Sendable {
    private let count = Mutex(0)

    /// 1 the first time.
    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }

    var value: Int { count.withLock { $0 } }
}
