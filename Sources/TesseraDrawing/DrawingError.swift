/// Why a drawing could not be made, in words for the user: values that cannot be drawn, or too little memory.
public struct DrawingError: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String
}
