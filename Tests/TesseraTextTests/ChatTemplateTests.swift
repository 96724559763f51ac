import TesseraFiles
import TesseraText
import TestSupport
import Testing

/// Templates against what transformers' Jinja makes of them.
@Suite struct ChatTemplateTests {
    static func cases() throws -> (messages: [ChatMessage], cases: [JSONObject]) {
        let file = try JSONObject.read(Fixtures.ownPath("chat-templates.json"))
        let messages = try file.objects("messages").map {
            ChatMessage(role: try $0.string("role"), content: try $0.string("content"))
        }
        return (messages, try file.objects("cases"))
    }

    static func text(_ template: String, _ messages: [ChatMessage]) throws -> String {
        let tokens = ["bos_token": "<s>", "eos_token": "</s>"]
        return try ChatTemplate(template, tokens: tokens, path: "template").text(of: messages)
    }

    @Test func textsAreTheReferences() throws {
        let (messages, cases) = try Self.cases()
        #expect(cases.count >= 25)
        for test in cases {
            let template = try test.string("template")
            guard !test.contains("error") else {
                #expect(throws: FileError.self, "\(template)") { try Self.text(template, messages) }
                continue
            }
            let found = Result { try Self.text(template, messages) }
            let expected = try test.string("text")
            #expect((try? found.get()) == expected, "\(template): \(found)")
        }
    }

    /// A template's own refusal is told in its words.
    @Test func refusalsAreTold() throws {
        let error = #expect(throws: FileError.self) { try Self.text("{{ raise_exception('No ' + 'tools') }}", []) }
        #expect(try #require(error).cause == "No tools")
    }

    @Test(arguments: [
        ("{% include 'x' %}", "include"), ("{% raw %}{% endraw %}", "raw"), ("{{ a | shuffle }}", "shuffle"),
        ("{{ a is weird }}", "weird"), ("{% if a %}", "endif"), ("{{ a ", "}}"), ("{{ 'a }}", "quotation"),
        ("{{ (1 }}", "}}"), ("{{ a b }}", "b"), ("{# x", "comment"), ("{% for x y %}{% endfor %}", "in"),
        ("{{ $ }}", "$"),
        ("{% endif %}", "endif"), ("{{ '\\uD800' }}", "D800"),
    ])
    func whatIsNotSupportedIsNamed(template: String, word: String) throws {
        let error = #expect(throws: FileError.self) { try ChatTemplate(template, tokens: [:], path: "template") }
        #expect(try #require(error).description.contains(word))
    }

    /// What would take for ever, or all memory, is refused before long.
    @Test(arguments: [
        "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
        "{% set ns = namespace(a='x') %}{% for a in range(99) %}{% set ns.a = ns.a ~ ns.a %}{% endfor %}",
        "{% set ns = namespace(a=['x']) %}{% for a in range(99) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}{{ ns.a }}",
        "{% set ns = namespace(a=['x']) %}{% for a in range(99) %}{% set ns.a = ns.a + ns.a %}{% endfor %}",
        "{% set ns = namespace() %}{% set ns.a = [ns] %}{{ ns.a == ns.a }}{{ ns.a }}{{ ns.a | tojson }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m() %}{% if 1 %}{% for a in [1] %}{{ [[[m() ~ 1] | first]] }}{% endfor %}{% endif %}{% endmacro %}{{ m() }}",
        "{{ 'x' * 99999999 }}", "{{ range(99999999) }}",
        "{{ 9223372036854775807 + 1 }}", "{{ 99999999999999999999 }}", "{{ 9223372036854775807 * 2 }}",
        "{{ 'a' | indent(99999999999) | length / 0 }}", "{{ 'abc'[::0] }}",
    ])
    func nothingGoesOnForEver(template: String) throws {
        let spent = timed { #expect(throws: FileError.self) { try Self.text(template, []) } }
        #expect(spent.processorTime < .seconds(20))
    }

    @Test func bracketsLieOnlySoDeep() {
        for (open, close) in [("(", ")"), ("[", "]"), ("-", ""), ("not ", "")] {
            let nested = String(repeating: open, count: 20_000) + "1" + String(repeating: close, count: 20_000)
            _ = try? Self.text("{{ " + nested + " }}", [])
        }
        for link in [".a", "[0]", "|trim", " + 1", " and 1", " or 1", " == 1", "~ 1", " is defined", "()"] {
            let long = "{{ a" + String(repeating: link, count: 20_000) + " }}"
            #expect(throws: FileError.self) { try Self.text(long, []) }
        }
        let statements =
            String(repeating: "{% if 1 %}", count: 20_000) + String(repeating: "{% endif %}", count: 20_000)
        #expect(throws: FileError.self) { try Self.text(statements, []) }
        let choices = "{{ " + String(repeating: "1 if 1 else ", count: 20_000) + "2 }}"
        #expect(throws: FileError.self) { try Self.text(choices, []) }
    }

    @Test func foldersSayTheirTemplate() throws {
        let folder = try TemporaryFolder(copying: "text-llama")
        let model = try ModelFolder(folder.path)
        #expect(try model.chatTemplate() != nil)
        folder.write("chat_template.jinja", "{{ bos_token }}{{ messages[0].content }}")
        let text = try model.chatTemplate()?.text(of: [ChatMessage(role: "user", content: "é")])
        #expect(text == "<|begin_of_text|>é")
        #expect(try ModelFolder(Fixtures.ownPath("text-gpt2-generation")).chatTemplate() == nil)
    }
}
