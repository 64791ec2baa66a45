// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/fixture.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QTest>

#include "core/graph/graph_edit.h"
#include "core/onnx/onnx_file.h"
#include "core/recipe/recipe.h"
#include "tests/support/graph_text.h"
#include "widgets/common/theme.h"

namespace ew::test {
namespace {

std::string residualBlock(const std::string& in, const std::string& out, const std::string& prefix) {
  const auto conv = [&](const std::string& from, const std::string& to, const std::string& n) {
    return prefix + n + "_W:f32[16,16,3,3] = random(" + std::to_string(n.back() + prefix.back()) + ")\n" + prefix + "/" + n +
           ": Conv(" + from + ", " + prefix + n + "_W){pads=[1,1,1,1]} -> " + to + "\n";
  };
  const std::string a = prefix + "a", b = prefix + "b", c = prefix + "c", d = prefix + "d";
  return conv(in, a, "conv1") + prefix + "/relu1: Relu(" + a + ") -> " + b + "\n" + conv(b, c, "conv2") + prefix + "/add: Add(" +
         c + ", " + in + ") -> " + d + "\n" + prefix + "/relu2: Relu(" + d + ") -> " + out + "\n";
}

}  // namespace

std::shared_ptr<const Graph> smallNet() {
  std::string text =
      "input image:f32[1,3,32,32]\n"
      "stem_W:f32[16,3,3,3] = random(1)\nstem/conv: Conv(image, stem_W){pads=[1,1,1,1]} -> s\nstem/relu: Relu(s) -> x0\n";
  text += residualBlock("x0", "x1", "stage1") + residualBlock("x1", "x2", "stage2") + residualBlock("x2", "x3", "stage3");
  text +=
      "pool: GlobalAveragePool(x3) -> p\nflat: Flatten(p) -> f\nfc_W:f32[16,10] = random(9)\nfc: MatMul(f, fc_W) -> scores\n"
      "output scores\n";
  return std::make_shared<Graph>(graphFromText(text));
}

std::shared_ptr<const Graph> longNet(int nodes) {
  GraphEdit edit;
  std::vector<ValueId> values{edit.addValue("x", DType::f32, Shape(Dims{1, 8, 4, 4}))};
  edit.setInputs({values.front()});
  const ValueId weight = edit.addInitializer("W", randomTensor(DType::f32, {8, 8, 1, 1}, 1));
  for (int i = 0; i < nodes; ++i) {
    Node node;
    node.name = "layer" + std::to_string(i);
    values.push_back(edit.addValue("v" + std::to_string(i), DType::f32, Shape(Dims{1, 8, 4, 4})));
    node.outputs = {values.back()};
    const ValueId from = values[values.size() - 2];
    if (i % 7 == 6) {
      node.opType = "Add";
      node.inputs = {from, values[values.size() - 6]};
    } else {
      node.opType = i % 2 ? "Relu" : "Conv";
      node.inputs = i % 2 ? std::vector<ValueId>{from} : std::vector<ValueId>{from, weight};
    }
    edit.addNode(std::move(node));
  }
  edit.setOutputs({values.back()});
  Result<Graph> graph = std::move(edit).apply();
  return std::make_shared<Graph>(std::move(graph).value());
}

std::shared_ptr<const Graph> readModel(const std::filesystem::path& file) {
  auto imported = onnx::importModel(file);
  if (!imported.ok()) {
    qWarning("%s", imported.error().text().c_str());
    return nullptr;
  }
  return std::make_shared<Graph>(std::move(imported->graph));
}

std::shared_ptr<const Graph> halfZero(const Graph& graph) {
  GraphEdit edit(graph);
  for (const auto& [id, tensor] : graph.initializers()) {
    if (tensor.dtype() != DType::f32 || tensor.rank() < 2) continue;
    Tensor zeroed = tensor;
    const std::span<float> data = zeroed.mutableData<float>();
    for (std::size_t i = 0; i < data.size(); i += 2) data[i] = 0;
    edit.setInitializer(id, std::move(zeroed));
  }
  Result<Graph> out = std::move(edit).apply();
  return std::make_shared<Graph>(std::move(out).value());
}

std::shared_ptr<widgets::VersionView> versionOf(std::shared_ptr<const Graph> graph, double msPerMillionMacs) {
  auto out = std::make_shared<widgets::VersionView>();
  out->graph = graph;
  out->summary = analysis::summarize(*graph);
  simulate::Report report;
  BenchResult bench;
  double total = 0;
  for (const analysis::LayerFacts& facts : out->summary.layers) {
    const double ms = 0.004 + static_cast<double>(facts.macs) * 1e-6 * msPerMillionMacs;
    total += ms;
    const std::string bound = facts.macs > 200'000 ? "compute" : facts.macs > 0 ? "memory" : "overhead";
    report.layers.push_back({facts.node, facts.name, facts.op, facts.weightPrecision, {ms, ms * 0.8, ms * 1.2, true, "predicted"},
                             {ms * 2, ms, ms * 3, true, "datasheet"}, bound, facts.macs, facts.weightBytes + facts.activationBytes, 0, 0});
    if (facts.isLayer) bench.layers.push_back({facts.node, facts.name, facts.op, "cpu", "conv", ms * 0.9});
  }
  report.latencyMs = {total, total * 0.8, total * 1.25, true, "predicted from the roofline of the board"};
  report.energyMj = {total * 2, total * 1.2, total * 2.9, true, "datasheet power"};
  report.ramBytes = out->summary.totals.activationPeakBytes;
  report.flashBytes = out->summary.totals.weightBytes;
  bench.p50Ms = total * 0.9;
  bench.p95Ms = total;
  bench.backend = "cpu";
  bench.runs = 50;
  out->predicted = std::move(report);
  out->measured = std::move(bench);
  return out;
}

std::shared_ptr<const widgets::ProjectView> projectOf(std::shared_ptr<const Graph> graph) {
  widgets::ProjectView view;
  view.title = "small net";
  view.file = "net.onnx";
  auto original = versionOf(graph);
  auto current = versionOf(halfZero(*graph), 0.03);
  original->evaluation = analysis::Evaluation{500, {{"top1", {91.2, 88.4, 93.4}}}, 3};
  current->evaluation = analysis::Evaluation{500, {{"top1", {90.8, 87.9, 93.0}}}, 2};
  view.original = std::move(original);
  view.current = std::move(current);
  view.device = "raspberry-pi-4";
  view.deviceName = "Raspberry Pi 4";
  view.backend = "cpu";
  auto recipe = std::make_shared<recipe::Recipe>();
  recipe->steps = {{"fold", nlohmann::json::object(), true, ""},
                   {"prune", {{"structure", "element"}, {"sparsity", 0.5}, {"criterion", "l1"}}, true, "keeps the head"},
                   {"quantize", {{"weights", "int8"}, {"activations", "uint8"}, {"calibrator", "mse"}}, false, ""}};
  view.recipe = std::move(recipe);
  view.steps.resize(3);
  view.steps[1].verdicts = {{"stem/conv", "pruned", "half of 432 weights set to zero", ""},
                            {"fc", "kept", "excluded by the recipe", "excluded-by-recipe"}};
  return widgets::makeProjectView(std::move(view));
}

bool waitFor(const std::function<bool()>& condition) { return QTest::qWaitFor(condition, 30000); }

void shoot(QWidget& widget, const std::string& name, const QSize& size) {
  const QDir folder(QStringLiteral(EW_BINARY_DIR "/screenshots"));
  folder.mkpath(".");
  widget.resize(size);
  widget.show();
  auto& application = *static_cast<QApplication*>(QCoreApplication::instance());
  for (const auto mode : {widgets::ThemeMode::Dark, widgets::ThemeMode::Light}) {
    widgets::applyTheme(application, mode);
    QTest::qWait(30);
    const QString theme = mode == widgets::ThemeMode::Dark ? "dark" : "light";
    widget.grab().save(folder.filePath(QString::fromStdString(name) + '-' + theme + ".png"));
  }
}

}  // namespace ew::test
