/// One line of a CSV file (RFC 4180), with its line end: fields that hold a comma, a quote or a line end, or that begin
/// or end with a space, stand in quotes.
package func commaSeparatedLine(_ fields: [String]) -> String {
    fields.map(quotedField).joined(separator: ",") + "\n"
}

/// Looks at scalars: CRLF is one `Character`, which equals neither of its halves.
private func quotedField(_ field: String) -> String {
    let scalars = field.unicodeScalars
    let isPlain =
        scalars.first != " " && scalars.last != " "
        && !scalars.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
    if isPlain { return field }
    var quoted = String.UnicodeScalarView("\"".unicodeScalars)
    for scalar in scalars {
        if scalar == "\"" { quoted.append(scalar) }
        quoted.append(scalar)
    }
    quoted.append("\"")
    return String(quoted)
}
