package import TesseraFiles
package import TesseraTensor

extension JSONObject {
    /// An activation, by the name that transformers has for it.
    ///
    /// - Throws: `FileError` naming the key.
    package func activation(_ key: String, default: String) throws(FileError) -> Activation {
        try activation(named: try string(key, default: `default`), in: key)
    }

    /// The activation `name`, which is the value of `key` or a part of it.
    ///
    /// - Throws: `FileError` naming the key.
    package func activation(named name: String, in key: String) throws(FileError) -> Activation {
        switch name {
        case "gelu": return .gelu
        case "gelu_new", "gelu_pytorch_tanh", "gelu_fast": return .geluTanh
        case "quick_gelu": return .quickGELU
        case "relu": return .relu
        case "silu", "swish": return .silu
        default: throw error(key, "the activation \"\(name)\" is not supported")
        }
    }
}
