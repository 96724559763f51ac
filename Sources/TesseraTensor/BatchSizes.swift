internal import Synchronization

/// How many inputs pass a model together, told to whoever counts them: a server's measures.
public enum BatchSizes {
    /// Who is told. A closure that a mutex holds by itself would be wrapped once more at each look at it.
    private struct Observer {
        let observe: @Sendable (String, Int) -> Void
    }

    private static let observer = Mutex<Observer?>(nil)

    /// Has `observe` told of each batch from now on, in place of who was told before.
    ///
    /// - Parameter observe: is called with what was computed, such as `pictures`, and how many of it; on the thread that computed it.
    public static func observe(_ observe: @escaping @Sendable (String, Int) -> Void) {
        observer.withLock { $0 = Observer(observe: observe) }
    }

    /// Says that so many of something are computed together.
    package static func tell(_ count: Int, of subject: String) { observer.withLock { $0 }?.observe(subject, count) }
}
