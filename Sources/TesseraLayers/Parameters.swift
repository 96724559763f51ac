package import TesseraTensor

/// The parameters of a layer, moved out of it in the order of its traversal.
///
/// Models of one type are walked together by moving the parameters of each into a list: weights, gradient and moments then
/// stand at the same index, none of them is copied, and each goes back to its place afterwards.
package struct Parameters: Sendable {
    /// `encoder.blocks.0.attention.query.weight`
    package var names: [String] = []
    package var tensors: [Tensor] = []

    package init(names: [String] = [], tensors: [Tensor] = []) { (self.names, self.tensors) = (names, tensors) }
}

extension Layer {
    /// What each parameter is for, in the order of the traversal.
    package var parameterRoles: [ParameterRole] {
        var copy = self
        var lister = RoleLister()
        copy.visitParameters(&lister)
        return lister.roles
    }

    /// Moves every parameter out of the layer, which holds no elements until `put` brings them back.
    package mutating func takeParameters() -> Parameters {
        var taker = ParameterTaker()
        visitParameters(&taker)
        return taker.taken
    }

    /// Puts back what `takeParameters` took from this layer or from one of its type and sizes.
    package mutating func put(_ parameters: consuming Parameters) {
        var putter = ParameterPutter(tensors: parameters.tensors)
        parameters = Parameters()  // the elements have one owner again
        visitParameters(&putter)
    }

    /// The layer with its matrices as the forward and the backward pass of one training step read them. It shares all else
    /// with the layer, and should be gone before the layer is changed, which would copy what is shared.
    package func preparedForTraining(_ precision: Precision) -> Self {
        // Logits that come from the table of a tied head keep float32.
        mapMatrices { .training(TrainingMatrix($0, precision: $1.kind == .table ? .float32 : precision)) }
    }

    /// The layer with its matrices packed, to run only.
    package func packed(_ packing: (ParameterRole) -> Packing) -> Self {
        mapMatrices { .packed(PackedMatrix($0, packing($1))) }
    }

    /// Whether every matrix is dense.
    var isDense: Bool {
        var copy = self
        var check = DenseCheck()
        copy.visitParameters(&check)
        return check.isDense
    }

    private func mapMatrices(_ transform: (Tensor, ParameterRole) -> Weight.Form) -> Self {
        withoutActuallyEscaping(transform) { transform in
            var copy = self
            var mapper = MatrixMapper(transform: transform)
            copy.visitParameters(&mapper)
            return copy
        }
    }
}

private struct RoleLister: ParameterVisitor {
    var place = ParameterPlace()
    var roles: [ParameterRole] = []

    mutating func visit(_ name: String, _ parameter: inout Tensor, _ role: ParameterRole) { roles.append(role) }
    mutating func visit(_ name: String, _ weight: inout Weight, _ role: ParameterRole) { roles.append(role) }
}

private struct ParameterTaker: ParameterVisitor {
    var place = ParameterPlace()
    var taken = Parameters()

    mutating func visit(_ name: String, _ parameter: inout Tensor, _ role: ParameterRole) {
        taken.names.append(place.fullName(name))
        taken.tensors.append(parameter)
        parameter = Tensor(unloaded: parameter.shape)
    }

    mutating func visit(_ name: String, _ weight: inout Weight, _ role: ParameterRole) {
        weight.withDense { visit(name, &$0, role) }
    }
}

private struct ParameterPutter: ParameterVisitor {
    var place = ParameterPlace()
    var tensors: [Tensor]
    private var next = 0

    init(tensors: [Tensor]) { self.tensors = tensors }

    mutating func visit(_ name: String, _ parameter: inout Tensor, _ role: ParameterRole) {
        precondition(tensors[next].shape == parameter.shape, "\(place.fullName(name)) is of another shape")
        swap(&parameter, &tensors[next])
        next += 1
    }

    mutating func visit(_ name: String, _ weight: inout Weight, _ role: ParameterRole) {
        weight.withDense { visit(name, &$0, role) }
    }
}

private struct DenseCheck: ParameterVisitor {
    var place = ParameterPlace()
    var isDense = true

    mutating func visit(_ name: String, _ parameter: inout Tensor, _ role: ParameterRole) {}

    mutating func visit(_ name: String, _ weight: inout Weight, _ role: ParameterRole) {
        if case .dense = weight.form { return }
        isDense = false
    }
}

private struct MatrixMapper: ParameterVisitor {
    let transform: (Tensor, ParameterRole) -> Weight.Form
    var place = ParameterPlace()

    mutating func visit(_ name: String, _ parameter: inout Tensor, _ role: ParameterRole) {}

    mutating func visit(_ name: String, _ weight: inout Weight, _ role: ParameterRole) {
        guard case .dense(let tensor) = weight.form else { preconditionFailure("a matrix is packed once") }
        weight.form = transform(tensor, role)
    }

    mutating func visit(_ matrix: inout Weight, tiedTo table: inout Table, _ role: ParameterRole) {
        matrix.form = transform(table.dense, role)
    }
}
