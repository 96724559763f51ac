"""Writes chat-templates.json: what transformers' Jinja makes of templates, in all that published ones do and this package supports."""
import json
import pathlib

from transformers.utils.chat_template_utils import _compile_jinja_template

MESSAGES = [
    {"role": "system", "content": "  Be brief.\n"}, {"role": "user", "content": "Où est le phare ? 😀\n\nx"},
    {"role": "assistant", "content": "<think>\nhm\n</think>\n\nLà-bas, \"près\" du port."}, {"role": "user", "content": "Merci!"}]
TEMPLATES = [
    "{% for message in messages %}{{ '<|' + message['role'] + '|>\n' + message.content | trim + '\n' }}{% endfor %}",
    # White space: trimmed and kept line ends, indentation, comments, bracket markers.
    "a\n  {% if true %}\n  b\n  {% endif %}\nc {# no #}\n  {#- no -#}\n d\n{%- if true -%}\n\n e {%+ if true %} f{% endif +%}\ng{% endif %}\n\n",
    "{{- 'x' }}  \n  {{ 'y' -}}  \n z\n   {% set a = 1 %}   \n{{ a }}\n",
    "\n\n{{ 'a' }}\n{% if false %}{% else %}\nq\n{% endif %}\n  w",
    # Loops.
    "{% for m in messages if m.role == 'user' %}{{ loop.index }}/{{ loop.length }}{{ loop.first }}{{ loop.last }}{{ loop.revindex0 }}{% if not loop.last %}, {% endif %}{% else %}none{% endfor %}",
    "{% for x in [] %}{{ x }}{% else %}none{% endfor %}{% for c in 'äb' %}[{{ c }}]{% endfor %}{% for k, v in {'a': 1, 'b': [2]}.items() %}{{ k }}={{ v }};{% endfor %}",
    "{% for i in range(10) %}{% if i == 2 %}{% continue %}{% endif %}{% if i > 4 %}{% break %}{% endif %}{{ i }}{% endfor %}{% for i in range(8, 0, -3) %}{{ i }}{% endfor %}",
    "{% for m in messages %}{{ loop.previtem.role if loop.previtem is defined else '-' }}>{{ loop.nextitem.role if not loop.last }};{% endfor %}",
    # Names and scopes.
    "{% set ns = namespace(found=false, n=0) %}{% for m in messages %}{% if m.role == 'user' %}{% set ns.found = true %}{% set ns.n = ns.n + 1 %}{% endif %}{% set lost = 1 %}{% endfor %}{{ ns.found }}{{ ns.n }}{{ lost is defined }}",
    "{% if messages[0]['role'] == 'system' %}{% set s = messages[0].content|trim %}{% set rest = messages[1:] %}{% endif %}{{ s }}{{ rest|length }}{{ messages[-1].content }}{{ messages[::-1][0].role }}{{ 'abcdef'[1:4] }}{{ 'abc'[-1] }}{{ messages[::2]|length }}",
    "{% set a, b = [1, 'z'] %}{{ a }}{{ b }}{% set block %}x{{ a }}y{% endset %}{{ block }}{{ block|length }}",
    "{% macro say(who, what='nothing', end='.') %}{{ who }}: {{ what }}{{ end }}{% endmacro %}{{ say('A') }}{{ say('B', 'b') }}{{ say('C', end='!') }}{{ say(what=1, who=2) }}",
    # Values and operators.
    "{{ 1 + 2 * 3 - 4 // 3 }} {{ 7 % 4 }} {{ -7 // 2 }} {{ -7 % 4 }} {{ 7 / 2 }} {{ 1.5 + 1 }} {{ 'a' ~ 1 ~ none }} {{ 'ab' * 3 }} {{ [1] + [2] }} {{ -3 }}",
    "{{ 1 == 1.0 }} {{ 'a' < 'b' }} {{ 2 >= 3 }} {{ 'b' in 'abc' }} {{ 'z' not in ['y'] }} {{ 'a' in {'a': 1} }} {{ not 1 == 2 }} {{ true and 0 }} {{ '' or 'x' }} {{ none == none }} {{ [1, 2] == [1, 2] }} {{ True }}",
    "{{ none }} {{ true }} {{ [1, 'a', none, 1.5, {'k': 'v'}] }} {{ undefined_name }} {{ {'a': \"it's\"} }} {{ 'a\\nb' }} {{ ['a\\nb', 'it\\'s'] }} {{ 1.0 }} {{ 'x' if false }}",
    "{{ 'yes' if messages is defined and messages|length > 2 else 'no' }} {{ tools is none }} {{ tools is defined }} {{ nothing is defined }} {{ nothing is not defined }} {{ messages is iterable }} {{ messages is string }} {{ messages[0] is mapping }} {{ 'x' is string }} {{ 3 is number }} {{ 3 is odd }} {{ 4 is divisibleby 2 }} {{ 3 is eq 3 }} {{ 3 is in [3] }} {{ true is true }} {{ false is false }} {{ true is boolean }} {{ 'a' is sequence }}",
    # Filters and methods.
    "{{ '  ab '|trim }}|{{ 'xxaxx'.strip('x') }}|{{ ' a '.lstrip() }}|{{ ' a '.rstrip() }}|{{ 'Hello wORLD'|upper }}{{ 'HeL'|lower }}{{ 'hELLO there'|capitalize }}|{{ 'a-b-c'.split('-') }}|{{ 'a  b c'.split() }}|{{ 'a-b-c'.split('-', 1) }}|{{ 'a-b'.split('-')[-1] }}",
    "{{ 'abcabc'|replace('b', 'X') }}|{{ 'aaa'.replace('a', 'bb') }}|{{ ['a', 'b']|join(', ') }}|{{ [1, 2]|join }}|{{ [3, 1, 2]|sort|join }}|{{ 'ab'|list }}|{{ [1, 2]|first }}{{ [1, 2]|last }}|{{ 'abc'|reverse }}|{{ [1, 1, 2]|unique|list }}|{{ '12'|int + 1 }}|{{ 3.9|int }}|{{ '1.5'|float }}|{{ -4|abs }}|{{ nothing|default('d') }}|{{ ''|default('e', true) }}|{{ 5|string + 'x' }}",
    "{{ messages|selectattr('role', 'equalto', 'user')|list|length }}{{ messages|rejectattr('role', 'eq', 'user')|map(attribute='role')|join('+') }}{{ messages|map(attribute='role')|list }}",
    "{{ messages[1]|tojson }}|{{ {'a': [1, none, true], 'b': {}}|tojson(indent=2) }}|{{ 'é\\\\\"\\t'|tojson }}|{{ [] | tojson }}|{{ 1.5|tojson }}",
    "{{ 'abc'.startswith('ab') }}{{ 'abc'.endswith(('x', 'bc')) }}{{ {'a': 1}.get('a') }}{{ {'a': 1}.get('b', 'z') }}{{ {'a': 1}.get('b') }}{{ {'a': 1, 'b': 2}.keys()|list }}{{ {'a': 1}['a'] }}{{ 'a\\nb\\nc'|indent(2) }}{{ 'a\\n\\nb'|indent(2, true) }}",
    "{%- for message in messages %}{%- set content = message.content %}{%- if message.role == 'assistant' and '</think>' in content %}{%- set content = content.split('</think>')[-1].lstrip('\\n') %}{%- endif %}{{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>\\n' }}{%- endfor %}{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}",
    "{% generation %}{{ messages[2].content }}{% endgeneration %}{{ bos_token }}{{ eos_token }}",
    "{% if messages|length %}{% if messages[0].role == 'user' %}u{% elif messages[0].role == 'system' %}s{% else %}o{% endif %}{% endif %}{{ \"double\" 'joined' }}{{ '\\u00e9\\x41' }}",
    # Refusals.
    "{{ raise_exception('System role not supported') }}", "{{ nothing.more }}", "{{ 'a' + 1 }}", "{{ 1 // 0 }}", "{{ messages[9].content }}",
]


def case(template):
    values = dict(messages=MESSAGES, add_generation_prompt=True, tools=None, documents=None, bos_token="<s>", eos_token="</s>")
    try:
        return {"template": template, "text": _compile_jinja_template(template).render(**values)}
    except Exception as error:
        return {"template": template, "error": str(error)}


path = pathlib.Path(__file__).parent / "chat-templates.json"
path.write_text(json.dumps({"messages": MESSAGES, "cases": [case(t) for t in TEMPLATES]}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
