package import TesseraLayers

extension Trainable {
    /// A gradient of which only what lies in the layer or parameter `name` is wanted; all of it where `name` is empty.
    package func zeros(wanting name: String) -> Model {
        var copy = layers
        let names = copy.takeParameters().names
        return zeros(frozen: names.map { !(name.isEmpty || $0 == name || $0.hasPrefix(name + ".")) })
    }
}

extension Parameters {
    /// Of a gradient: whether there is any that is wanted.
    package var areSomeWanted: Bool { tensors.contains(where: \.isWanted) }
}
