public import TesseraFiles

extension LiveUpdate {
    /// The update as one JSON object on one line, without the line's end: `type` says which it is, and times are in seconds, to the
    /// millisecond.
    ///
    /// - Throws: `FileError` where a time is NaN or infinite, which none is that was found.
    public func json() throws(FileError) -> String {
        var json = JSONWriter()
        json.object { json in
            json.write(typeName, for: "type")
            switch self {
            case .speechStarted(let time), .speechStopped(let time): json.writeTime(time, for: "time")
            case .committed(let words), .tentative(let words): json.write(words)
            case .utterance(let utterance): utterance.write(to: &json)
            }
        }
        return String(decoding: try json.finish(path: "live"), as: UTF8.self)
    }

    private var typeName: String {
        switch self {
        case .speechStarted: "speech_started"
        case .speechStopped: "speech_stopped"
        case .committed: "committed"
        case .tentative: "tentative"
        case .utterance: "utterance"
        }
    }
}

extension LiveUtterance {
    /// Its words were written when they were committed.
    fileprivate func write(to json: inout JSONWriter) {
        json.writeTime(speech.start, for: "start")
        json.writeTime(speech.end, for: "end")
        json.write(text, for: "text")
        if let language { json.write(language, for: "language") }
    }
}
