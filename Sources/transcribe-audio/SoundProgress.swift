import TesseraAudio
import TesseraCommands

/// The progress through recordings, by their seconds of sound.
struct SoundProgress {
    private let bar: ProgressBar
    /// In seconds; 0 while it is not known.
    private var durations: [Double]

    /// - Parameter paths: the recordings, in the order in which they come.
    init(_ paths: [String], isQuiet: Bool) {
        bar = ProgressBar(total: 0, of: .sound, isQuiet: isQuiet)
        durations = [Double](repeating: 0, count: paths.count)
        // Headers are read for those who watch alone. What cannot be read is reported when its turn comes.
        guard bar.isVisible else { return }
        durations = paths.map { $0 == "-" ? 0 : (try? AudioFile($0))?.duration ?? 0 }
        bar.show(done: 0, of: durations.reduce(0, +))
    }

    /// Shows how far a recording has come.
    ///
    /// - Parameters:
    ///   - done: its seconds that are done.
    ///   - duration: all of its seconds.
    ///   - index: its place among all.
    mutating func show(_ done: Double, of duration: Double, in index: Int) {
        durations[index] = duration
        bar.show(done: durations[..<index].reduce(0, +) + done, of: durations.reduce(0, +))
    }

    func finish() { bar.finish() }
}
