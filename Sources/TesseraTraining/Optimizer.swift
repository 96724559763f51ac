internal import TesseraLayers
internal import TesseraTensor

/// How parameters follow from their gradient.
public enum Optimizer: Sendable, Equatable {
    /// By the gradients' mean and mean square (Loshchilov & Hutter, 2019).
    case adamW(AdamW)
    /// By the gradient alone, with momentum.
    case sgd(SGD)
    /// Hidden matrices by an orthogonal one, all else by AdamW (Jordan et al., 2024).
    case muon(Muon)

    /// What is remembered of each parameter from step to step.
    var momentNames: [String] {
        switch self {
        case .adamW, .muon: ["first-moment", "second-moment"]
        case .sgd(let sgd): sgd.momentum == 0 ? [] : ["momentum"]
        }
    }
}

/// Which parameters the weight decay shrinks.
public enum WeightDecayGroup: Sendable {
    /// Matrices and tables alone: not biases, norms, tokens and positions, which have no reason to be small.
    case matrices
    /// Every parameter.
    case all
    /// Those for which the closure says so, given their names, such as `encoder.blocks.0.attention.query.weight`, and shapes.
    case chosen(@Sendable (_ name: String, _ shape: [Int]) -> Bool)

    func contains(_ name: String, _ shape: [Int], _ role: ParameterRole) -> Bool {
        switch self {
        case .matrices: role.kind == .matrix || role.kind == .table
        case .all: true
        case .chosen(let isChosen): isChosen(name, shape)
        }
    }
}

/// What an optimiser does in one step, to one parameter.
struct OptimizerStep {
    /// Counted from 1.
    let number: Int
    /// The learning rate.
    let rate: Float
    /// Applied to the gradient first: the factor of clipping, or 1.
    let gradientScale: Float
}

/// An optimiser and what it remembers.
struct OptimizerState: Sendable {
    let optimizer: Optimizer
    /// For each of the optimiser's moments a tensor a parameter, in the order of the model's traversal; without elements for one
    /// that is frozen.
    var moments: [[Tensor]]
    private let decays: [Bool]
    /// Whether a parameter stays as it is: it is neither updated nor shrunk, and has neither a gradient nor moments.
    let isFrozen: [Bool]
    private let isHidden: [Bool]

    /// - Parameters:
    ///   - frozen: the names of layers and parameters that stay as they are; constants do in any case.
    ///   - trainedParts: where not empty, what has none of these names in its own stays as it is too.
    ///   - roles: those of `parameters`.
    init(
        _ optimizer: Optimizer, decay: WeightDecayGroup, frozen: [String], trainedParts: Set<String>,
        parameters: Parameters,
        roles: [ParameterRole]
    ) {
        self.optimizer = optimizer
        decays = roles.indices.map {
            decay.contains(parameters.names[$0], parameters.tensors[$0].shape, roles[$0])
        }
        isHidden = roles.map(\.isHiddenMatrix)
        let isFrozen = zip(parameters.names, roles).map { name, role in
            role.kind == .constant || frozen.contains { isName(name, inside: $0) }
                || !trainedParts.isEmpty && !name.split(separator: ".").contains { trainedParts.contains(String($0)) }
        }
        self.isFrozen = isFrozen
        moments = optimizer.momentNames.map { _ in
            zip(parameters.tensors, isFrozen).map { parameter, isFrozen in
                isFrozen ? Tensor(unloaded: parameter.shape) : Tensor(shape: parameter.shape, repeating: 0)
            }
        }
    }

    /// The Euclidean norm of all gradients together.
    func norm(of gradients: Parameters) -> Double {
        zip(gradients.tensors, isFrozen).reduce(0) { $1.1 ? $0 : $0 + $1.0.sumOfSquares() }.squareRoot()
    }

    /// Moves the parameters. What `gradients` hold afterwards is undefined.
    mutating func update(_ parameters: inout Parameters, _ gradients: inout Parameters, _ step: OptimizerStep) {
        // Taken out one by one: two elements of one array cannot be changed together.
        var (first, second) = (moments.first ?? [], moments.count > 1 ? moments[1] : [])
        moments = []
        if case .muon(let muon) = optimizer {
            updateHidden(muon, &parameters.tensors, &gradients.tensors, &first, step)
        }
        for index in parameters.tensors.indices where !isFrozen[index] {
            switch optimizer {
            case .muon where isHidden[index]: break
            case .muon(let muon):
                muon.adamW.update(
                    &parameters.tensors[index], gradient: gradients.tensors[index], first: &first[index],
                    second: &second[index], decays: decays[index], step)
            case .adamW(let adamW):
                adamW.update(
                    &parameters.tensors[index], gradient: gradients.tensors[index], first: &first[index],
                    second: &second[index], decays: decays[index], step)
            case .sgd(let sgd) where first.isEmpty:
                sgd.update(
                    &parameters.tensors[index], gradient: &gradients.tensors[index], decays: decays[index], step)
            case .sgd(let sgd):
                sgd.update(
                    &parameters.tensors[index], gradient: &gradients.tensors[index], momentum: &first[index],
                    decays: decays[index], step)
            }
        }
        moments = Array([first, second].prefix(optimizer.momentNames.count))
    }

    /// Muon's matrices, each by one thread: their products are too small to be divided.
    private func updateHidden(
        _ muon: Muon, _ parameters: inout [Tensor], _ gradients: inout [Tensor], _ buffers: inout [Tensor],
        _ step: OptimizerStep
    ) {
        let hidden = isHidden.indices.filter { isHidden[$0] && !isFrozen[$0] }
        parameters.withUnsafeMutableBufferPointer { parameters in
            gradients.withUnsafeMutableBufferPointer { gradients in
                buffers.withUnsafeMutableBufferPointer { buffers in
                    Threads.forEach(hidden.count) { part in
                        let index = hidden[part]
                        muon.update(
                            &parameters[index], gradient: &gradients[index], momentum: &buffers[index],
                            decays: decays[index], step)
                    }
                }
            }
        }
    }
}

/// Whether `name` is that of the layer or parameter `prefix`, or of one inside it: `blocks.1` is not in `blocks.10`.
func isName(_ name: String, inside prefix: String) -> Bool { name == prefix || name.hasPrefix(prefix + ".") }
