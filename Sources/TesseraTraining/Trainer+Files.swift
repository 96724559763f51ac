internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTensor

/// What a training writes to its folder while it runs.
struct TrainingFiles: Sendable {
    let output: String
    let snapshots: TrainingSnapshots
    let metrics: Metrics
    private var savedAt = ContinuousClock.now
    private var savedStep: Int

    init(_ output: String, _ snapshots: TrainingSnapshots, _ metrics: Metrics, savedStep: Int) {
        self.output = output
        self.snapshots = snapshots
        self.metrics = metrics
        self.savedStep = savedStep
    }

    func isSnapshotDue(step: Int, _ settings: TrainingSettings) -> Bool {
        ContinuousClock.now - savedAt >= settings.checkpointInterval
            || settings.checkpointSteps.map { step - savedStep >= $0 } == true
    }

    /// Writes a line of metrics where one is due.
    func write(
        _ state: inout TrainingState, epoch: Int, norm: Double, rate: Float, interval: Int
    ) throws(FileError) {
        guard state.step % interval == 0 else { return }
        try metrics.append(
            Metrics.Step(
                number: state.step, epoch: epoch, losses: state.unwritten, gradientNorm: norm, learningRate: rate,
                seconds: state.seconds))
        state.unwritten = LossReport()
    }

    /// Saves a snapshot, unless there is one of this step.
    mutating func save(_ snapshot: TrainingSnapshot) throws(FileError) {
        guard snapshot.state.step != savedStep else { return }
        try metrics.synchronize()
        var snapshot = snapshot
        snapshot.state.metricsByteCount = try metrics.byteCount
        try snapshots.save(snapshot)
        (savedAt, savedStep) = (ContinuousClock.now, snapshot.state.step)
    }
}

extension Trainer {
    /// Takes up the training in `output`, where there is one.
    mutating func open(_ output: String) throws(FileError) {
        try createFolder(output)
        let metrics = try Metrics(folder: output, hasLabels: Objective.hasLabels)
        let snapshots = try TrainingSnapshots(in: output)
        var found: [String] = []
        if let snapshot = try snapshots.newest(warn: { found.append($0) }) { try restore(snapshot, output) }
        warnings += found
        if try !metrics.cut(to: state.metricsByteCount) {
            warnings.append("\(joinPath(output, "metrics.jsonl")): lacks lines of steps before \(state.step)")
        }
        files = TrainingFiles(output, snapshots, metrics, savedStep: state.step)
    }

    /// Saves all that the training needs to go on.
    mutating func save() throws(FileError) {
        guard files != nil else { return }
        let snapshot = snapshot()
        try files?.save(snapshot)
    }

    /// Keeps `model` where its figures are the best so far.
    mutating func keepBest(_ model: Trainable<Model>, _ figures: ValidationFigures) throws(FileError) {
        try files?.metrics.append(figures, seconds: state.seconds)
        guard figures.isBetter(than: state.best) else { return }
        if let files {
            var copy = model
            try BestWeights(in: files.snapshots).save(copy.takeParameters(), figures)
        } else {
            bestModel = (model, figures)
        }
        state.best = figures
    }

    /// The weights that validated best; nil where nothing was validated.
    func best() throws(FileError) -> (model: Trainable<Model>, figures: ValidationFigures)? {
        guard state.best != nil, let files else { return bestModel }
        var model = model
        let saved = try BestWeights(in: files.snapshots).read()
        try model.replaceParameters(by: saved.parameters, path: joinPath(files.snapshots.folder, BestWeights.name))
        return (model, saved.figures)
    }

    private func snapshot() -> TrainingSnapshot {
        var model = model
        let weights = model.takeParameters()
        var tensors = [(name: "weights", parameters: weights)]
        // The average of what is frozen is its weight, and it has no moments.
        if var average = average?.model {
            tensors.append(("average", average.takeParameters().leavingOut(optimizer.isFrozen)))
        }
        for (name, moments) in zip(settings.optimizer.momentNames, optimizer.moments) {
            let all = Parameters(names: weights.names, tensors: moments)
            tensors.append((name, all.leavingOut(optimizer.isFrozen)))
        }
        return TrainingSnapshot(
            state: state, settings: settings.fingerprint(sampleCount: data.sampleCount), tensors: tensors)
    }

    private mutating func restore(_ snapshot: TrainingSnapshot, _ output: String) throws(FileError) {
        try checkSettings(snapshot.settings, output)
        func saved(_ name: String) throws(FileError) -> Parameters {
            guard let found = snapshot.tensors.first(where: { $0.name == name }) else {
                throw FileError(.badData, path: output, cause: "has a checkpoint without \(name).safetensors")
            }
            return found.parameters
        }
        try model.replaceParameters(by: try saved("weights"), path: output)
        if let decay = settings.averageDecay {
            var averaged = model
            try averaged.replaceParameters(by: try saved("average"), keeping: optimizer.isFrozen, path: output)
            average = WeightAverage(of: averaged, decay: decay)
        }
        var copy = model
        let names = copy.takeParameters().names
        for (index, name) in settings.optimizer.momentNames.enumerated() {
            var moments = Parameters(names: names, tensors: optimizer.moments[index])
            try moments.replace(by: try saved(name), keeping: optimizer.isFrozen, path: output)
            optimizer.moments[index] = moments.tensors
        }
        state = snapshot.state
    }

    /// - Throws: `FileError.badData` naming the first setting that differs from what the training began with.
    private func checkSettings(_ saved: [(name: String, value: String)], _ output: String) throws(FileError) {
        let current = settings.fingerprint(sampleCount: data.sampleCount)
        for name in (current + saved).map(\.name) {
            let before = saved.first { $0.name == name }?.value ?? "nothing"
            let now = current.first { $0.name == name }?.value ?? "nothing"
            guard before != now else { continue }
            let cause = "holds a training that began with another \(name): \(before.quoted), not \(now.quoted)"
            throw FileError(.badData, path: output, cause: cause)
        }
    }
}

extension Trainable {
    /// - Parameter isKept: for each parameter whether it stays and was not saved; nil where all are replaced.
    /// - Throws: `FileError.badData` naming a tensor whose name or shape is not the model's.
    fileprivate mutating func replaceParameters(
        by saved: Parameters, keeping isKept: [Bool]? = nil, path: String
    ) throws(FileError) {
        var copy = self
        var parameters = copy.takeParameters()
        try parameters.replace(by: saved, keeping: isKept, path: path)
        copy.put(parameters)
        self = copy
    }
}

extension Parameters {
    /// All but those for which the list says true.
    fileprivate func leavingOut(_ isLeftOut: [Bool]) -> Parameters {
        let kept = tensors.indices.filter { !isLeftOut[$0] }
        return Parameters(names: kept.map { names[$0] }, tensors: kept.map { tensors[$0] })
    }

    /// - Parameter isKept: for each parameter whether it stays and was not saved; nil where all are replaced.
    /// - Throws: `FileError.badData` naming a tensor whose name or shape is another.
    fileprivate mutating func replace(
        by saved: Parameters, keeping isKept: [Bool]?, path: String
    ) throws(FileError) {
        let found = Dictionary(zip(saved.names, saved.tensors)) { first, _ in first }
        let replaced = tensors.indices.filter { isKept?[$0] != true }
        for index in replaced {
            guard let tensor = found[names[index]], tensor.shape == tensors[index].shape else {
                let place = "tensor \(names[index].quoted)"
                throw FileError(.badData, path: path, cause: "holds weights of another model", place: place)
            }
            tensors[index] = tensor
        }
        guard found.count == replaced.count else {
            throw FileError(.badData, path: path, cause: "holds weights of another model")
        }
    }
}
