/// Objects that are JSON already, as the one array that a command prints: a line each, and a line end.
public func jsonArray(_ objects: [String]) -> String { "[\n  " + objects.joined(separator: ",\n  ") + "\n]\n" }
