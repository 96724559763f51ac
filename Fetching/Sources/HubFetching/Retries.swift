internal import Foundation

/// How often something is tried again, and after how long.
struct Retries {
    private var count = 0
    private static let limit = 5
    /// A hub that asks for more than that is left alone.
    private static let longestDelay = Duration.seconds(300)

    /// Call when something was achieved meanwhile.
    mutating func reset() { count = 0 }

    /// Waits, before the next try.
    ///
    /// - Parameter subject: what is fetched, for errors.
    /// - Throws: `FetchError` when it was tried often enough.
    mutating func wait(after failure: PassingFailure, _ subject: String, notify: (String) -> Void)
        async throws(FetchError)
    {
        count += 1
        guard count <= Retries.limit else {
            throw FetchError(
                .unavailable, subject, "\(failure.cause), \(count) times one after the other: try again later")
        }
        // Half a second, doubled each time, and a little more, so that many do not come back at once.
        let backoff = Duration.milliseconds(Int(500 * (1 << (count - 1))) + Int.random(in: 0...250))
        let delay = failure.delay ?? backoff
        guard delay <= Retries.longestDelay else {
            let cause = "\(failure.cause), and the hub asks to wait for \(delay.components.seconds) s: try again then"
            throw FetchError(.unavailable, subject, cause)
        }
        if let delay = failure.delay, delay >= .seconds(2) {
            notify("\(subject): \(failure.cause): waiting for \(delay.components.seconds) s, as the hub asks")
        }
        try? await Task.sleep(for: delay)
    }
}

/// How long a `Retry-After` asks to wait: in seconds, or until a date.
func retryDelay(_ text: String?) -> Duration? {
    guard let text else { return nil }
    let longest = 1 << 30
    if let seconds = Int(text) { return seconds >= 0 ? .seconds(min(seconds, longest)) : nil }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    guard let date = format.date(from: text) else { return nil }
    return .seconds(max(0, min(date.timeIntervalSinceNow.rounded(.up), Double(longest))))
}
