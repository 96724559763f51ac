import Dispatch
import TesseraFiles
import TesseraLayers
import TesseraTensor
import TesseraTraining
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Tests of what belongs to a whole process: each runs in one of its own.
@Suite struct ProcessTests {
    /// One worker, so that the order in which blocks are asked for is the same in every step.
    @Test(.ownProcess) func steadyStepsAskTheSystemForNoMemory() throws {
        let settings = TrainerTests.settings {
            $0.epochs = 20
            $0.averageDecay = 0.99
        }
        var counts: [Int] = []
        try Threads(count: 1).run {
            var trainer = try Trainer(
                PointClassification(), model: Trainable(Perceptron(hiddenSize: 300)), data: try FixedPoints(),
                settings: settings)
            _ = try trainer.run { _ in counts.append(AlignedMemory.systemAllocationCount) }
        }
        #expect(counts.count == 100)
        #expect(counts[0] > 0 && counts[99] == counts[9], "the first two epochs have seen every size there is")
    }

    /// How much two workers need at once depends on how their work falls together, but is at most twice what one needs.
    @Test(.ownProcess) func memoryIsBoundedWhateverTheThreadsDo() throws {
        func allocations(_ threads: Int) throws -> Int {
            AlignedMemory.spareLimit = 0
            let before = AlignedMemory.systemAllocationCount
            try Threads(count: threads).run {
                var trainer = try Trainer(
                    PointClassification(), model: Trainable(Perceptron(hiddenSize: 300)), data: try FixedPoints(),
                    settings: TrainerTests.settings {
                        $0.epochs = 20
                        $0.microBatchSize = 4
                    })
                _ = try trainer.run()
            }
            return AlignedMemory.systemAllocationCount - before
        }
        let (one, two) = (try allocations(1), try allocations(2))
        #expect(two <= 2 * one)
    }

    @Test(.ownProcess) func loweringTheLimitGivesMemoryBack() throws {
        func use(_ count: Int = 1 << 20) { _ = Tensor(shape: [count], repeating: 1) }
        use(1)  // with what every tensor shares
        let before = AlignedMemory.systemAllocationCount
        use()
        use()
        #expect(AlignedMemory.systemAllocationCount == before + 1)
        AlignedMemory.spareLimit = 0
        use()
        use()
        #expect(AlignedMemory.systemAllocationCount == before + 3)
    }

    /// A megabyte thrice, which fills all there is for spare blocks, and then only a larger size.
    @Test(.ownProcess) func blocksThatWereKeptLongestMakeRoom() throws {
        func use(_ count: Int, times: Int = 1) { _ = (0..<times).map { _ in Tensor(shape: [count], repeating: 1) } }
        use(1)  // with what every tensor shares
        AlignedMemory.spareLimit = 3 << 20
        use(1 << 18, times: 3)
        let before = AlignedMemory.systemAllocationCount
        use(300_000)
        use(300_000)
        #expect(AlignedMemory.systemAllocationCount == before + 1)
    }

    /// Threads take shares of a batch; sums in another order differ in Float's last bits, over 15 steps by some 1e-5.
    @Test(.ownProcess) func anyNumberOfThreadsTrainsAlike() throws {
        func train(_ threads: Int) throws -> [String: Tensor] {
            try Threads(count: threads).run {
                var trainer = try Trainer(
                    PointClassification(dropout: 0), model: Trainable(Perceptron()), data: Points(sampleCount: 80),
                    settings: TrainerTests.settings { $0.optimizer = .sgd(SGD()) })
                return try trainer.run().model.parameters
            }
        }
        let (one, three) = (try train(1), try train(3))
        for (name, tensor) in one { #expect(relativeError(three[name]!, tensor) < 1e-4) }
        #expect(try three == train(3), "bit for bit")
    }

    /// Files may not grow beyond 4 KB from step 6 on, as on a full disk: weights of 13 KB do not fit, metrics do.
    @Test(.ownProcess) func aFullDiskLosesNothing() throws {
        signal(SIGXFSZ, SIG_IGN)
        let folder = TemporaryFolder()
        func trainer() throws -> Trainer<PointClassification, Points> {
            try Trainer(
                PointClassification(), model: Trainable(Perceptron(hiddenSize: 300)), data: Points(sampleCount: 80),
                settings: TrainerTests.settings { $0.checkpointSteps = 2 }, output: folder.path)
        }
        #if canImport(Glibc)
        let fileSize = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
        #else
        let fileSize = RLIMIT_FSIZE
        #endif
        var limit = rlimit()
        getrlimit(fileSize, &limit)
        var small = limit
        small.rlim_cur = 4096
        var first = try trainer()
        let error = #expect(throws: FileError.self) {
            try first.run { if $0.step == 6 { setrlimit(fileSize, &small) } }
        }
        setrlimit(fileSize, &limit)
        #expect(
            error?.description
                == folder.file("checkpoints/step-00000007/weights.safetensors")
                + ": cannot be written: files may not become so large here")
        #expect(folderContents(folder.file("checkpoints")) == ["step-00000004", "step-00000005"])
        var second = try trainer()
        #expect(second.step == 5)
        var unlimited = try Trainer(
            PointClassification(), model: Trainable(Perceptron(hiddenSize: 300)), data: Points(sampleCount: 80),
            settings: TrainerTests.settings())
        #expect(try second.run().model.parameters == unlimited.run().model.parameters)
    }

    @Test func twoProgramsDoNotTrainInOneFolder() throws {
        if let path = OwnProcess.folder {  // the second program
            let error = #expect(throws: FileError.self) { try endlessTrainer(path) }
            #expect(error?.description == "\(path)/metrics.jsonl: is being written by another program")
            return
        }
        let folder = TemporaryFolder()
        var trainer = try endlessTrainer(folder.path)
        let second = try OwnProcess.run(#function, in: folder.path)
        #expect(second.code == 0, "\(second)")
        _ = try trainer.run(shouldStop: { true })
        #expect(trainer.step == 1)
    }

    /// Killed at ten random moments, in the middle of whatever it does then: the curve of one that ran through.
    @Test func killedAgainAndAgain() throws {
        if let path = OwnProcess.folder { return try trainUntilKilled(path) }
        let folder = TemporaryFolder()
        for _ in 0..<10 {
            let outcome = try OwnProcess.run(#function, in: folder.path)
            #expect(outcome.signal == SIGKILL, "\(outcome)")
        }
        var killed = try endlessTrainer(folder.path)
        #expect(killed.step > 0 && killed.warnings.isEmpty)
        let end = killed.step + 7
        let straight = TemporaryFolder()
        var unhurt = try endlessTrainer(straight.path)
        #expect(try run(&killed, to: end) == run(&unhurt, to: end))
        #expect(try losses(folder) == losses(straight))
    }

    /// Each round gets as far as a checkpoint, however slow the machine.
    private func trainUntilKilled(_ path: String) throws {
        var trainer = try endlessTrainer(path)
        var random = RandomGenerator(seed: UInt64(getpid()))
        var steps = 0
        _ = try trainer.run(shouldStop: {
            steps += 1
            if steps == 4 { killThisProcess(afterMicroseconds: UInt32(random.next() % 200_000)) }
            return false
        })
    }

    private func run(_ trainer: inout Trainer<PointClassification, Points>, to end: Int) throws -> [String: Tensor] {
        var step = trainer.step
        let result = try trainer.run(shouldStop: {
            step += 1
            return step == end
        })
        return result.model.parameters
    }

    /// The lines of metrics.jsonl without their times.
    private func losses(_ folder: TemporaryFolder) throws -> [Substring?] {
        let bytes = try InputFile(folder.file("metrics.jsonl")).contents(limit: 1 << 24)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: #", "seconds""#).first
        }
    }
}

/// A training that spends most of its time on checkpoints.
private func endlessTrainer(_ folder: String) throws -> Trainer<PointClassification, Points> {
    try Trainer(
        PointClassification(), model: Trainable(Perceptron(hiddenSize: 300)), data: Points(sampleCount: 80),
        settings: TrainerTests.settings {
            $0.epochs = 100_000
            $0.checkpointSteps = 3
        }, output: folder)
}

private func killThisProcess(afterMicroseconds microseconds: UInt32) {
    DispatchQueue(label: "killer").async {
        usleep(microseconds)
        kill(getpid(), SIGKILL)
    }
}

/// The same batch in every step, so that nothing but the steps asks for memory.
private struct FixedPoints: TrainingData {
    let sampleCount = 80
    private let fixed: PointBatch

    init() throws { fixed = try Points(sampleCount: 16).batch(Array(0..<16), epoch: 0) }

    func batch(_ samples: [Int], epoch: Int) -> PointBatch { fixed }
}
