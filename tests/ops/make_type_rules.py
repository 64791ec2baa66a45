#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes core/ops/type_rules.inc: which element types each operator of ai.onnx takes, by the schemas of the onnx package.

    python3 -m venv venv && venv/bin/pip install onnx && venv/bin/python tests/ops/make_type_rules.py > core/ops/type_rules.inc

Run it after a new operator set came out. All versions of an operator are joined: types are what any version takes, and two
inputs have the same type when all versions say so.
"""
import re
from collections import defaultdict

import onnx.defs

SHORT = {"float": "f32", "double": "f64", "float16": "f16", "bfloat16": "bf16", "float8e4m3fn": "f8e4m3", "float8e4m3fnuz": "f8e4m3fnuz",
         "float8e5m2": "f8e5m2", "float8e5m2fnuz": "f8e5m2fnuz", "float8e8m0": "f8e8m0", "float4e2m1": "f4e2m1", "bool": "bool",
         "string": "string", "complex64": "c64", "complex128": "c128"}
SHORT |= {f"int{n}": f"i{n}" for n in (2, 4, 8, 16, 32, 64)} | {f"uint{n}": f"u{n}" for n in (2, 4, 8, 16, 32, 64)}
ORDER = list(SHORT.values())


def types_of(schema, text):
    """The short names of the tensor types (those that a DType names) behind a type string; None when sequences or optionals are among them."""
    allowed = next((t.allowed_type_strs for t in schema.type_constraints if t.type_param_str == text), [text])
    names = [re.fullmatch(r"tensor\((\w+)\)", a) for a in allowed]
    return {SHORT[m.group(1)] for m in names if m.group(1) in SHORT} if all(names) else None


def rule(schemas):
    """Inputs as group letters and the types of each group, or None when there is nothing to check."""
    count = max(len(s.inputs) for s in schemas)
    group = list(range(count))
    types = [set() for _ in range(count)]
    last_repeats = any(s.inputs and s.inputs[-1].option == onnx.defs.OpSchema.FormalParameterOption.Variadic for s in schemas)
    for schema in schemas:
        for i, parameter in enumerate(schema.inputs):
            variadic = parameter.option == onnx.defs.OpSchema.FormalParameterOption.Variadic
            found = types_of(schema, parameter.type_str)
            if found is None or (variadic and not parameter.is_homogeneous):
                return None
            types[i] |= found
    for j in range(count):
        for i in range(j):
            both = [s for s in schemas if len(s.inputs) > j]
            if both and all(s.inputs[i].type_str == s.inputs[j].type_str and not s.inputs[i].type_str.startswith("tensor(") for s in both):
                group[j] = group[i]
                break
    joined = defaultdict(set)
    for i in range(count):
        joined[group[i]] |= types[i]
    letters = {g: chr(ord("A") + n) for n, g in enumerate(dict.fromkeys(group))}
    inputs = " ".join(letters[g] for g in group) + ("*" if last_repeats else "")
    sets = "; ".join(f"{letters[g]}: " + " ".join(t for t in ORDER if t in joined[g]) for g in letters)
    return inputs, sets


def main():
    history = defaultdict(list)
    for schema in onnx.defs.get_all_schemas_with_history():
        if schema.domain == "" and schema.inputs:
            history[schema.name].append(schema)
    print("// SPDX-License-Identifier: Apache-2.0")
    print("// Written by tests/ops/make_type_rules.py from the ONNX schemas up to opset %d. EW_TYPES(operator, inputs, types): inputs of the" %
          onnx.defs.onnx_opset_version())
    print("// same letter have the same type; * repeats the last input.")
    print("// clang-format off")
    for name in sorted(history):
        found = rule(sorted(history[name], key=lambda s: s.since_version))
        if found:
            print('EW_TYPES("%s", "%s", "%s")' % (name, *found))


main()
