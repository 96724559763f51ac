extension Collection {
    /// The values, each of which is there by now. `compactMap` would close the gap of one that is not, and give all after it
    /// another's place: that is a programmer's mistake, and ends the program.
    package func allPresent<Value>() -> [Value] where Element == Value? {
        map { value in
            guard let value else { preconditionFailure("a result is missing") }
            return value
        }
    }
}
