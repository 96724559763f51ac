/// What is wrong with a form, in a sentence for who sent it.
package struct FormError: Error, Equatable {
    /// The sentence.
    package let message: String

    init(_ message: String) { self.message = message }
}
