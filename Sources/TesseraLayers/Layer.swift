public import TesseraTensor

/// A value with parameters: a layer, a block, a whole model.
///
/// `visitParameters` is the one traversal of the package. Loading, counting, packing, and later saving, initialising and
/// optimising are visitors of it; to walk several models of one type together, move the parameters of each into a list.
public protocol Layer: Sendable {
    /// Shows every parameter to `visitor`, by name and always in the same order.
    mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure)
}

/// What is done to each parameter of a layer.
public protocol ParameterVisitor {
    associatedtype Failure: Error
    /// Where the traversal stands: the names of the layers around the parameter.
    var path: [String] { get set }
    /// A vector, table or token.
    mutating func visit(_ name: String, _ parameter: inout Tensor) throws(Failure)
    /// The matrix of a linear layer.
    mutating func visit(_ name: String, _ weight: inout Weight) throws(Failure)
}

extension ParameterVisitor {
    /// Descends into `layer`, whose parameters are then called `name.…`.
    public mutating func visit(_ name: String, _ layer: inout some Layer) throws(Failure) {
        path.append(name)
        defer { path.removeLast() }
        try layer.visitParameters(&self)
    }

    /// Descends into `layer` where there is one.
    public mutating func visit<Child: Layer>(_ name: String, _ layer: inout Child?) throws(Failure) {
        guard var child = layer.take() else { return }
        defer { layer = child }
        try visit(name, &child)
    }

    /// Shows the parameter where there is one.
    public mutating func visit(_ name: String, _ parameter: inout Tensor?) throws(Failure) {
        guard var present = parameter.take() else { return }
        defer { parameter = present }
        try visit(name, &present)
    }

    /// Descends into each of `layers`, called `name.0`, `name.1`, ….
    public mutating func visit(_ name: String, _ layers: inout [some Layer]) throws(Failure) {
        path.append(name)
        defer { path.removeLast() }
        for index in layers.indices { try visit("\(index)", &layers[index]) }
    }

    /// The full name of the parameter `name` at this place: `encoder.blocks.0.attention.query.weight`.
    public func fullName(_ name: String) -> String { (path + [name]).joined(separator: ".") }
}
