/// Objects that are JSON already, as one array: a line each, and a line end.
package func jsonArray(_ objects: [String]) -> String { "[\n  " + objects.joined(separator: ",\n  ") + "\n]\n" }
