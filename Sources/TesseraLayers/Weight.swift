package import TesseraTensor

/// The matrix of a linear layer, `[output, input]`, in the form that what is done with it needs: packed where it runs, dense
/// where it is changed. `Trainable` says how the one comes of the other.
public struct Weight: Sendable {
    package enum Form: Sendable {
        /// To be changed: in a `Trainable` model, and in a gradient. Nothing is multiplied with it.
        case dense(Tensor)
        /// To run.
        case packed(PackedMatrix)
        /// What the many small batches of one training step share.
        case training(TrainingMatrix)
    }

    package var form: Form

    package init(_ form: Form) { self.form = form }

    /// `[output, input]`
    public var shape: [Int] {
        switch form {
        case .dense(let tensor): tensor.shape
        case .packed(let matrix): [matrix.output, matrix.input]
        case .training(let matrix): [matrix.output, matrix.input]
        }
    }

    /// In which a packed matrix is held; float32 where it is none.
    var packedPrecision: Precision { if case .packed(let matrix) = form { matrix.precision } else { .float32 } }

    /// dx = other + dy W, of a matrix that is prepared for a training step.
    ///
    /// - Parameters:
    ///   - outputGradient: dy, `[…, output]`
    ///   - other: `[…, input]`
    /// - Returns: dx, `[…, input]`
    package func backward(_ outputGradient: Tensor, addingTo other: consuming Tensor? = nil) -> Tensor {
        trainingMatrix.multiplyTransposed(outputGradient, addingTo: other)
    }

    /// dW += dyᵀ x
    ///
    /// - Parameters:
    ///   - outputGradient: dy, `[…, output]`
    ///   - input: the forward pass's x, `[…, input]`
    ///   - gradient: dW, `[output, input]`
    package func accumulate(_ outputGradient: Tensor, input: Tensor, into gradient: inout Tensor) {
        gradient.ifWanted {
            $0.addProduct(transposing: outputGradient, with: input, precision: trainingMatrix.precision)
        }
    }

    private var trainingMatrix: TrainingMatrix {
        guard case .training(let matrix) = form else {
            preconditionFailure("only a model that is prepared for a training step has a backward pass")
        }
        return matrix
    }

    /// Calls `body` with the dense matrix, to be changed in place.
    package mutating func withDense(_ body: (inout Tensor) -> Void) {
        guard case .dense(var tensor) = form else { preconditionFailure("only a dense matrix can be changed") }
        form = .dense(Tensor(unloaded: tensor.shape))  // so that `tensor` has one owner, and is not copied
        body(&tensor)
        form = .dense(tensor)
    }
}
