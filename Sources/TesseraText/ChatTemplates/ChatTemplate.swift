public import TesseraFiles

/// One message of a conversation.
public struct ChatMessage: Sendable, Equatable {
    /// Who speaks: `system`, `user`, `assistant`.
    public let role: String
    /// What is said.
    public let content: String

    /// - Parameters:
    ///   - role: who speaks: `system`, `user`, `assistant`.
    ///   - content: what is said.
    public init(role: String, content: String) { (self.role, self.content) = (role, content) }
}

/// What makes one text of a conversation, as a model was taught to read it: the part of Jinja that published chat templates are written in.
/// A template can reach nothing but the messages and the names of tokens; what it asks for beyond that part is refused by name.
public struct ChatTemplate: Sendable {
    private let statements: [TemplateStatement]
    /// The names of special tokens, `bos_token`.
    private let tokens: [String: String]
    /// The file that it stands in, for errors.
    private let path: String

    /// - Parameters:
    ///   - template: in Jinja.
    ///   - tokens: the names of special tokens, `bos_token` and others.
    ///   - path: named in errors.
    /// - Throws: `FileError` naming what is not supported.
    package init(_ template: String, tokens: [String: String], path: String) throws(FileError) {
        (self.tokens, self.path) = (tokens, path)
        do throws(TemplateError) {
            statements = try TemplateParser.statements(of: template)
        } catch {
            throw FileError(.badData, path: path, cause: "the chat template is not run: \(error.cause)")
        }
    }

    /// The text of a conversation.
    ///
    /// - Parameter asksForReply: whether it ends with what a reply begins with.
    /// - Throws: `FileError` where the template refuses the conversation, with its words.
    public func text(of messages: [ChatMessage], asksForReply: Bool = true) throws(FileError) -> String {
        var values: [String: TemplateValue] = [
            "messages": .list(messages.map { .mapping([("role", .text($0.role)), ("content", .text($0.content))]) }),
            "add_generation_prompt": .boolean(asksForReply), "tools": .none, "documents": .none,
        ]
        for (name, token) in tokens { values[name] = .text(token) }
        do throws(TemplateError) {
            return try TemplateRenderer.text(statements, values)
        } catch {
            throw FileError(.badData, path: path, cause: error.cause)
        }
    }
}

extension ModelFolder {
    /// The folder's template for conversations: chat_template.jinja, or what tokenizer_config.json has; nil where there is none.
    ///
    /// - Throws: `FileError` where it is damaged, or asks for what is not supported.
    public func chatTemplate() throws(FileError) -> ChatTemplate? {
        let names = ["tokenizer_config.json", "chat_template.jinja"]
        let config = try contains(names[0]) ? read(names[0]) : nil
        let companions = try TokenizerCompanions(self)
        var tokens: [String: String] = [:]
        for key in ["bos_token", "eos_token", "pad_token", "unk_token", "sep_token", "cls_token", "mask_token"] {
            tokens[key] = try companions.tokenName(key)
        }
        if try contains(names[1]) {
            let bytes = try contents(of: names[1], limit: 1 << 22)
            guard let template = String(validating: bytes, as: UTF8.self) else {
                throw FileError(.badData, path: joinPath(name, names[1]), cause: "is not UTF-8")
            }
            return try ChatTemplate(template, tokens: tokens, path: joinPath(name, names[1]))
        }
        guard let config, let template = try config.chatTemplate() else { return nil }
        return try ChatTemplate(template, tokens: tokens, path: joinPath(name, names[0]))
    }
}

extension JSONObject {
    /// The template, or of several the one called default.
    fileprivate func chatTemplate() throws(FileError) -> String? {
        let key = "chat_template"
        guard contains(key) else { return nil }
        guard case .array? = value(key) else { return try string(key) }
        for template in try objects(key) where try template.string("name") == "default" {
            return try template.string("template")
        }
        throw error(key, "none of its templates is called default")
    }
}
