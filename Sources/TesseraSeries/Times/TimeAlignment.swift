/// Where the times of a file or a caller lie on a grid.
struct TimeAlignment {
    let grid: TimeGrid
    /// Of each time, its place on the grid; nil where the places are 0, 1, 2 and so on.
    let places: [Int]?
    /// Places that no time has.
    let gaps: [Range<Int>]

    /// What is wrong with the times, and with which of them.
    struct Problem: Error {
        let index: Int
        let cause: String
    }

    /// - Parameter frequency: Found from the times where nil; of a single time, a day.
    /// - Throws: `Problem` when they are not in their order, or not at the frequency.
    init(_ times: [Timestamp], frequency: Frequency?) throws(Problem) {
        guard let start = times.first else { throw Problem(index: 0, cause: "there are no times") }
        for (index, pair) in zip(times.dropFirst(), times).enumerated() {
            if let cause = pair.0.mistake(after: pair.1) { throw Problem(index: index + 1, cause: cause) }
        }
        let isGiven = frequency != nil
        let frequency = frequency ?? Frequency(of: times) ?? Frequency(.day)
        guard frequency.isPossible(start) else {
            let cause = "\(start) is not where a step of \(frequency) falls"
            throw Problem(index: 0, cause: cause + (isGiven ? TimeAlignment.advice(times) : ""))
        }
        var places: [Int] = []
        places.reserveCapacity(times.count)
        var gaps: [Range<Int>] = []
        var offsets: [TimeGrid.OffsetChange] = []
        for (index, time) in times.enumerated() {
            guard let place = frequency.steps(from: start, to: time) else {
                let cause = "\(time) is no whole number of steps of \(frequency) after \(start)"
                throw Problem(index: index, cause: cause + (isGiven ? TimeAlignment.advice(times) : ""))
            }
            if let last = places.last, place <= last {
                // Where clocks are set back, the same midnight can be there with two offsets.
                throw Problem(index: index, cause: "\(time) is less than a step of \(frequency) after the time before")
            }
            if let last = places.last, place > last + 1 {
                gaps.append(last + 1..<place)
                guard place <= TimeAlignment.limit(times.count) else {
                    let cause =
                        "\(time) comes after a gap of \(place - last - 1) steps of \(frequency), too many to fill"
                    throw Problem(index: index, cause: cause)
                }
            }
            places.append(place)
            if let utcOffset = time.utcOffset, utcOffset != offsets.last?.utcOffset {
                offsets.append(.init(step: place, utcOffset: utcOffset))
            }
        }
        let count = (places.last ?? 0) + 1
        grid = TimeGrid(start: start, frequency: frequency, count: count, offsets: offsets)
        self.places = gaps.isEmpty ? nil : places
        self.gaps = gaps
    }

    /// Which frequency all of the times keep to, where the one that was given is none; nothing where there is none.
    private static func advice(_ times: [Timestamp]) -> String {
        guard let found = Frequency(of: times), (try? TimeAlignment(times, frequency: nil)) != nil else { return "" }
        return "; the times keep to \(found)"
    }

    /// One value for each time becomes one for each place, missing (NaN) where there is no time.
    func aligned(_ values: [Double]) -> [Double] {
        guard let places else { return values }
        var aligned = [Double](repeating: .nan, count: grid.count)
        for (place, value) in zip(places, values) { aligned[place] = value }
        return aligned
    }

    /// How long a series of so many times may become: a wrong year must not ask for gigabytes.
    private static func limit(_ count: Int) -> Int { 10_000 + 20 * count }
}

extension Timestamp {
    /// What is wrong with a time that follows `previous`; nil where nothing is.
    func mistake(after previous: Timestamp) -> String? {
        if (utcOffset == nil) != (previous.utcOffset == nil) {
            return "\(self) \(utcOffset == nil ? "has no" : "has an") offset from UTC, unlike the time before"
        }
        if instant == previous.instant { return "the time \(self) is there twice" }
        if instant < previous.instant { return "\(self) comes after \(previous): times must be in their order" }
        return nil
    }
}
