package import TesseraTensor

// A gradient says itself which of its parameters are wanted: those of frozen parameters have a shape and no elements. Nothing
// is added to them, and a backward pass ends where nothing that lies before is wanted.

extension Layer {
    /// A layer of the same type and sizes whose parameters are 0: a gradient before anything is added to it.
    ///
    /// - Parameter isFrozen: for each parameter, in the order of the traversal, whether its gradient is not wanted; nil where
    ///   all are wanted.
    package func zeros(frozen isFrozen: [Bool]? = nil) -> Self {
        var copy = self
        var parameters = copy.takeParameters()
        for index in parameters.tensors.indices where isFrozen?[index] != true {
            parameters.tensors[index] = Tensor(shape: parameters.tensors[index].shape, repeating: 0)
        }
        for index in parameters.tensors.indices where isFrozen?[index] == true {
            parameters.tensors[index] = Tensor(unloaded: parameters.tensors[index].shape)
        }
        copy.put(parameters)
        return copy
    }

    /// Of a gradient: whether any of its parameters is wanted.
    package var isWanted: Bool {
        var copy = self
        var finder = WantedFinder()
        copy.visitParameters(&finder)
        return finder.isWanted
    }
}

extension Tensor {
    /// Of a gradient: whether it is wanted.
    package var isWanted: Bool { isLoaded }

    /// Changes a gradient that is wanted.
    package mutating func ifWanted(_ change: (inout Tensor) -> Void) {
        if isWanted { change(&self) }
    }
}

private struct WantedFinder: ParameterVisitor {
    var place = ParameterPlace()
    var isWanted = false

    mutating func visit(_ name: String, _ parameter: inout Tensor, _ role: ParameterRole) {
        isWanted = isWanted || parameter.isWanted
    }

    mutating func visit(_ name: String, _ weight: inout Weight, _ role: ParameterRole) {
        if case .dense(let gradient) = weight.form { isWanted = isWanted || gradient.isWanted }
    }
}
