public import TesseraTensor

/// A value with parameters: a layer, a block, a whole model.
///
/// `visitParameters` is the one traversal of the package. Loading, counting, packing, and later saving, initialising and
/// optimising are visitors of it; to walk several models of one type together, move the parameters of each into a list.
///
/// ```swift
/// mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure) {
///     try visitor.visit("patches", &patches, as: .input)
///     try visitor.visit("classToken", &classToken, as: .token)
///     try visitor.visit("blocks", &blocks)
///     try visitor.visit("classifier", &classifier, as: .head)
/// }
/// ```
public protocol Layer: Sendable {
    /// Shows every parameter to `visitor`, by name and with its role, and always in the same order.
    mutating func visitParameters<Visitor: ParameterVisitor>(_ visitor: inout Visitor) throws(Visitor.Failure)
}

/// What is done to each parameter of a layer.
public protocol ParameterVisitor {
    /// What a visit may throw; `Never` where none does.
    associatedtype Failure: Error
    /// Where the traversal stands.
    var place: ParameterPlace { get set }
    /// A vector, table or token.
    mutating func visit(_ name: String, _ parameter: inout Tensor, _ role: ParameterRole) throws(Failure)
    /// The matrix of a linear layer.
    mutating func visit(_ name: String, _ weight: inout Weight, _ role: ParameterRole) throws(Failure)
    /// The table of an embedding.
    mutating func visit(_ name: String, _ table: inout Table, _ role: ParameterRole) throws(Failure)
    /// The matrix of a head that is tied to `table`, which was shown before. It is no parameter of its own, and is not counted,
    /// changed, saved or loaded again: only visitors that bring matrices into another form need to see it.
    mutating func visit(_ matrix: inout Weight, tiedTo table: inout Table, _ role: ParameterRole) throws(Failure)
    /// Shown each linear layer before its parameters: what is done to whole layers, such as to give them adapters.
    mutating func enter(_ layer: inout Linear) throws(Failure)
}

/// Where a traversal stands, and what the layers there are for.
public struct ParameterPlace: Sendable {
    /// The names of the layers around the parameter, outermost first.
    public fileprivate(set) var path: [String] = []
    /// What the innermost of them that says so is for.
    public fileprivate(set) var part = ParameterRole.Part.hidden
    /// Whether they meet a row or a few at a time.
    public fileprivate(set) var isForFewRows = false

    /// Outside of any layer: where a traversal begins.
    public init() {}

    /// The full name of the parameter `name` at this place: `encoder.blocks.0.attention.query.weight`.
    public func fullName(_ name: String) -> String { (path + [name]).joined(separator: ".") }

    fileprivate func role(_ kind: ParameterRole.Kind) -> ParameterRole {
        // All of an encoder's output passes the matrices of its keys and values together.
        ParameterRole(kind, in: part, isForFewRows: isForFewRows && part != .memory)
    }
}

extension ParameterVisitor {
    public mutating func visit(
        _ matrix: inout Weight, tiedTo table: inout Table, _ role: ParameterRole
    ) throws(Failure) {}

    public mutating func enter(_ layer: inout Linear) throws(Failure) {}

    /// As any parameter, where a visitor does not care.
    public mutating func visit(_ name: String, _ table: inout Table, _ role: ParameterRole) throws(Failure) {
        try table.withDense { tensor throws(Failure) in try visit(name, &tensor, role) }
    }

    /// Shows the table of an embedding.
    public mutating func visit(_ name: String, _ table: inout Table) throws(Failure) {
        try visit(name, &table, place.role(.table))
    }

    /// Shows the matrix of a head that gives logits of a row or a few at a time, and whose numbers are those of `table`.
    public mutating func visit(_ matrix: inout Weight, tiedTo table: inout Table) throws(Failure) {
        try visit(&matrix, tiedTo: &table, ParameterRole(.table, in: .head, isForFewRows: true))
    }

    /// Shows a parameter that is no matrix.
    public mutating func visit(
        _ name: String, _ parameter: inout Tensor, as kind: ParameterRole.Kind
    ) throws(Failure) {
        try visit(name, &parameter, place.role(kind))
    }

    /// Shows the parameter where there is one.
    public mutating func visit(
        _ name: String, _ parameter: inout Tensor?, as kind: ParameterRole.Kind
    ) throws(Failure) {
        guard var present = parameter.take() else { return }
        defer { parameter = present }
        try visit(name, &present, as: kind)
    }

    /// Shows the matrix of a linear layer.
    public mutating func visit(_ name: String, _ weight: inout Weight) throws(Failure) {
        try visit(name, &weight, place.role(.matrix))
    }

    /// Descends into `layer`, whose parameters are then called `name.…`.
    ///
    /// - Parameters:
    ///   - part: what the layer is for; where nil, what the layers around it are for.
    ///   - isForFewRows: whether it meets a row or a few at a time; where nil, whether the layers around it do.
    public mutating func visit(
        _ name: String, _ layer: inout some Layer, as part: ParameterRole.Part? = nil, isForFewRows: Bool? = nil
    ) throws(Failure) {
        let outside = (place.part, place.isForFewRows)
        place.path.append(name)
        place.part = part ?? place.part
        place.isForFewRows = isForFewRows ?? place.isForFewRows
        defer {
            place.path.removeLast()
            (place.part, place.isForFewRows) = outside
        }
        try layer.visitParameters(&self)
    }

    /// Descends into `layer` where there is one.
    public mutating func visit<Child: Layer>(
        _ name: String, _ layer: inout Child?, as part: ParameterRole.Part? = nil
    ) throws(Failure) {
        guard var child = layer.take() else { return }
        defer { layer = child }
        try visit(name, &child, as: part)
    }

    /// Descends into each of `layers`, called `name.0`, `name.1`, ….
    public mutating func visit(
        _ name: String, _ layers: inout [some Layer], as part: ParameterRole.Part? = nil, isForFewRows: Bool? = nil
    ) throws(Failure) {
        place.path.append(name)
        defer { place.path.removeLast() }
        for index in layers.indices { try visit("\(index)", &layers[index], as: part, isForFewRows: isForFewRows) }
    }
}
