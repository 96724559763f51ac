internal import Foundation

/// What a request says may be in a picture: `labels` with commas between them, or each in a field `labels[]`; and `template`, what is said
/// of each.
package struct LabelsInWords: Hashable, Sendable {
    let names: [String]
    /// With `{}` where the label belongs; nil for what is usual.
    let template: String?

    package init(names: [String], template: String?) { (self.names, self.template) = (names, template) }

    /// Nil where a form has none.
    ///
    /// - Throws: `APIError` 400 where a label is empty, stands twice or is one too many, or the template is none.
    init?(_ form: Form, _ limits: ServerLimits) throws(APIError) {
        let listed = (form.fields["labels"] ?? []).filter { !$0.isEmpty }.flatMap {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        names = ((form.fields["labels[]"] ?? []) + listed).map { $0.trimmingCharacters(in: .whitespaces) }
        template = form.text("template")
        guard !names.isEmpty else {
            guard template == nil else { throw .invalid("'template' says how 'labels' are put.", "template") }
            return nil
        }
        try checkNames(limit: limits.textCount)
        guard template.map({ $0.split(separator: "{}", omittingEmptySubsequences: false).count == 2 }) ?? true else {
            throw .invalid("'template' must hold {} once, where the label belongs.", "template")
        }
    }

    private func checkNames(limit: Int) throws(APIError) {
        guard names.count <= limit else {
            throw .invalid("There are \(names.count) labels; at most \(limit) are taken.", "labels")
        }
        guard !names.contains("") else { throw .invalid("'labels' names an empty label.", "labels") }
        var seen: Set<String> = []
        if let twice = names.first(where: { !seen.insert($0).inserted }) {
            throw .invalid("'labels' names '\(twice.prefix(80))' twice.", "labels")
        }
    }
}
