internal import TesseraFiles
internal import TesseraLayers
internal import TesseraTraining

extension SpeechManifest {
    /// Sets a part of the recordings aside for validation.
    ///
    /// Which recordings are chosen depends on the seed and their paths, seen from the manifest's folder, and on nothing else:
    /// neither the order of the lines nor another place of the folder changes anything.
    ///
    /// - Parameter validationFraction: 0 to less than 1, of the recordings, rounded; at least one remains for training and,
    ///   unless 0, where there are two, one is set aside.
    /// - Returns: both parts in the order of `recordings`.
    public func split(
        validationFraction: Double, seed: UInt64
    ) -> (training: [TranscribedRecording], validation: [TranscribedRecording]) {
        setAside(validationFraction, of: recordings, in: path, seed: seed) { $0.audio }
    }
}

/// Sets a part of a manifest's recordings aside; see `SpeechManifest.split`.
///
/// - Parameters:
///   - path: the manifest's.
///   - audio: the path of a recording.
func setAside<Recording>(
    _ fraction: Double, of recordings: [Recording], in path: String, seed: UInt64, _ audio: (Recording) -> String
) -> (training: [Recording], validation: [Recording]) {
    let folder = joinPath(splitPath(path).folder, "").utf8
    let numbers = recordings.map { recording in
        let name = audio(recording).utf8
        var random = RandomGenerator(
            seed: seed, name: name.starts(with: folder) ? name.dropFirst(folder.count) : name[...])
        return random.next()
    }
    let isChosen = setAside(fraction, ofSamplesWith: numbers)
    func part(_ chosen: Bool) -> [Recording] { zip(recordings, isChosen).filter { $0.1 == chosen }.map(\.0) }
    return (part(false), part(true))
}
