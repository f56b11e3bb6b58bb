#include "network/network_graph.hpp"

namespace gale::zero_shot {

namespace {

struct Build {
    const GraphParts& parts;

    Result<std::shared_ptr<ov::Model>> operator()(const BertConfig& config) const { return build_bert(config, parts); }
    Result<std::shared_ptr<ov::Model>> operator()(const BartConfig& config) const { return build_bart(config, parts); }
    Result<std::shared_ptr<ov::Model>> operator()(const DebertaConfig& config) const {
        return build_deberta(config, parts);
    }
};

}  // namespace

Result<std::shared_ptr<ov::Model>> build_graph(const ModelFolder& folder, const ModelWeights& weights,
                                               WeightPrecision precision) {
    const std::size_t labels = folder.family == ModelFamily::kEntailment ? folder.labels.count : 0;
    return std::visit(Build{{weights, labels, precision}}, folder.network);
}

}  // namespace gale::zero_shot
