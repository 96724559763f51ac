/// What a template asks to be worked out.
indirect enum TemplateExpression: Sendable {
    case value(TemplateValue)
    case name(String)
    case list([TemplateExpression])
    case mapping([(key: TemplateExpression, value: TemplateExpression)])
    case attribute(TemplateExpression, String)
    case item(TemplateExpression, TemplateExpression)
    case slice(TemplateExpression, from: TemplateExpression?, to: TemplateExpression?, by: TemplateExpression?)
    case call(TemplateExpression, TemplateArguments)
    case filter(TemplateExpression, String, TemplateArguments)
    case test(TemplateExpression, String, TemplateArguments)
    case not(TemplateExpression)
    case negative(TemplateExpression)
    case binary(String, TemplateExpression, TemplateExpression)
    case conditional(TemplateExpression, if: TemplateExpression, otherwise: TemplateExpression?)
}

/// What stands between the brackets of a call.
struct TemplateArguments: Sendable {
    var values: [TemplateExpression] = []
    var named: [(name: String, value: TemplateExpression)] = []
}

/// What a template does.
indirect enum TemplateStatement: Sendable {
    case text(String)
    case output(TemplateExpression)
    case choice([(condition: TemplateExpression?, body: [TemplateStatement])])
    case loop(TemplateLoop)
    case set([String], TemplateExpression)
    /// Of a namespace.
    case setMember(of: String, String, TemplateExpression)
    case setBlock(String, [TemplateStatement])
    case macro(String, TemplateMacro)
    /// Leaves a loop.
    case leave
    /// Goes on with the next round of a loop.
    case proceed
}

/// `{% for NAMES in EXPRESSION if CONDITION %}`
struct TemplateLoop: Sendable {
    let names: [String]
    let source: TemplateExpression
    let condition: TemplateExpression?
    let body: [TemplateStatement]
    /// Where there is no round.
    let otherwise: [TemplateStatement]
}
