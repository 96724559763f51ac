import TesseraSpeech
import Testing

/// How stretches are made of probabilities, frames of a tenth of a second.
@Suite struct SpeechStretchTests {
    struct Case: Sendable {
        let probabilities: String
        let expected: [ClosedRange<Double>]
        var change: @Sendable (inout SpeechStretchRules) -> Void = { _ in }
    }

    /// A digit is a tenth of the probability.
    static let cases = [
        Case(probabilities: "", expected: []),
        Case(probabilities: "0000", expected: []),
        Case(probabilities: "4444", expected: []),
        Case(probabilities: "0990", expected: [0.1...0.3]),
        Case(probabilities: "9999", expected: [0...0.4]),
        // Where a stretch has begun, less is enough for it to go on.
        Case(probabilities: "0494400", expected: [0.2...0.5]),
        Case(probabilities: "0900900", expected: [0.1...0.2, 0.4...0.5]),
        Case(probabilities: "0900900", expected: [0.1...0.5]) { $0.minimumPause = 0.3 },
        Case(probabilities: "0900900", expected: [0.1...0.2, 0.4...0.5]) { $0.minimumPause = 0.2 },
        Case(probabilities: "0900990", expected: [0.4...0.6]) { $0.minimumSpeech = 0.2 },
        Case(probabilities: "0090000", expected: [0...0.5]) { $0.padding = 0.2 },
        Case(probabilities: "0900000", expected: [0...0.4]) { $0.padding = 0.2 },
        Case(probabilities: "0000090", expected: [0.3...0.7]) { $0.padding = 0.2 },
        // Two that are closer than their padding meet in the middle.
        Case(probabilities: "0090009000", expected: [0...0.45, 0.45...0.9]) { $0.padding = 0.2 },
    ]

    @Test(arguments: cases)
    func stretches(_ test: Case) {
        var rules = SpeechStretchRules()
        (rules.minimumSpeech, rules.minimumPause, rules.padding) = (0.1, 0.1, 0)
        test.change(&rules)
        let probabilities = test.probabilities.compactMap(\.wholeNumberValue).map { Float($0) / 10 }
        let stretches = rules.stretches(of: probabilities, frameDuration: 0.1)
        #expect(stretches.count == test.expected.count)
        for (stretch, expected) in zip(stretches, test.expected) {
            #expect(abs(stretch.start - expected.lowerBound) < 1e-9 && abs(stretch.end - expected.upperBound) < 1e-9)
        }
    }

    @Test func errorsAreCountedByFrames() {
        var errors = FrameErrors([0.9, 0.1, 0.5, 0.49], [SpeechStretch(start: 0, end: 0.2)], frameDuration: 0.1)
        #expect((errors.speechCount, errors.missedCount, errors.otherCount, errors.falseAlarmCount) == (2, 1, 2, 1))
        errors += FrameErrors([0, 0, 0, 0], [], frameDuration: 0.1)
        #expect(errors.rate == 0.25 && errors.missRate == 0.5)
        #expect(abs(errors.falseAlarmRate - 1.0 / 6) < 1e-12)
        #expect(FrameErrors().rate == 0)
    }
}
