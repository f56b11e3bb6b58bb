#include "model/dag_structure.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <set>

#include "model/dag.hpp"

namespace gale {
namespace {

constexpr size_t kNoParent = static_cast<size_t>(-1);

// Groups and tasks as one tree of nodes. The first nodes are the DAG's tasks, by their index there.
struct Node {
    size_t parent = kNoParent;
    size_t depth = 0;
    const json::object* group = nullptr;  // null: a task
    std::vector<size_t> children;         // by id, until sorted_children() puts them in order
    std::set<size_t> next;                // siblings that depend on this one
    size_t waits_for = 0;
};

std::string text_of(const json::object& from, std::string_view key, std::string_view fallback) {
    const auto* found = from.if_contains(key);
    return std::string(found != nullptr && found->is_string() ? std::string_view(found->get_string()) : fallback);
}

// "task_2" before "task_10": runs of digits count as numbers.
bool comes_before(std::string_view a, std::string_view b) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto take_number = [&](std::string_view& text) {
        const size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
        std::string_view number = text.substr(0, end);
        text.remove_prefix(end);
        number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
        return number;
    };
    const auto whole_a = a, whole_b = b;
    while (!a.empty() && !b.empty()) {
        if (is_digit(a.front()) && is_digit(b.front())) {
            const auto left = take_number(a), right = take_number(b);
            if (left.size() != right.size()) return left.size() < right.size();
            if (left != right) return left < right;
            continue;
        }
        if (a.front() != b.front()) return a.front() < b.front();
        a.remove_prefix(1);
        b.remove_prefix(1);
    }
    if (a.empty() != b.empty()) return a.empty();
    return whole_a < whole_b;  // "a1" and "a01"
}

class Tree {
public:
    Tree(const Dag& dag, const json::object& definition) : dag_(dag), nodes_(dag.tasks.size()) {
        static const json::object kNoGroup;
        const auto* group = json::find_object(definition, "task_group");
        root_ = add_group(group == nullptr ? kNoGroup : *group, kNoParent);
        for (size_t task = 0; task < dag.tasks.size(); ++task)
            if (nodes_[task].parent == kNoParent) place(task, root_);
        sort_children();
        lift_edges();
    }

    // Fills `order` with the DAG's task indexes as the rows have them.
    StructureGroup group(size_t node, std::vector<size_t>& order) {
        const json::object& fields = *nodes_[node].group;
        StructureGroup made;
        if (node != root_) {
            made.group_id = text_of(fields, "group_id", "");
            made.label = text_of(fields, "label", made.group_id->substr(made.group_id->rfind('.') + 1));
        }
        if (auto tooltip = text_of(fields, "tooltip", ""); !tooltip.empty()) made.tooltip = std::move(tooltip);
        made.is_mapped = json::get_bool_or(fields, "is_mapped", false).value_or(false);
        made.ui_color = text_of(fields, "ui_color", "CornflowerBlue");
        made.ui_fgcolor = text_of(fields, "ui_fgcolor", "#000");
        for (const size_t child : sorted_children(node)) {
            if (nodes_[child].group != nullptr) {
                made.children.emplace_back(group(child, order));
                continue;
            }
            made.children.emplace_back(order.size());
            order.push_back(child);
        }
        return made;
    }
    size_t root() const { return root_; }

private:
    size_t add_group(const json::object& fields, size_t parent) {
        const size_t node = nodes_.size();
        nodes_.emplace_back().group = &fields;
        if (parent != kNoParent) place(node, parent);
        const auto* children = json::find_array(fields, "children");
        if (children == nullptr) return node;
        for (const auto& child : *children) {
            if (!child.is_object()) continue;
            if (const auto* group = json::find_object(child.get_object(), "group")) {
                add_group(*group, node);
                continue;
            }
            const auto task = dag_.index_of(TaskId(text_of(child.get_object(), "task", "")));
            if (task && nodes_[*task].parent == kNoParent) place(*task, node);
        }
        return node;
    }

    void place(size_t node, size_t parent) {
        nodes_[node].parent = parent;
        nodes_[node].depth = nodes_[parent].depth + 1;
        nodes_[parent].children.push_back(node);
    }

    std::string id_of(size_t node) const {
        const auto* group = nodes_[node].group;
        return group == nullptr ? dag_.tasks[node].task_id.str() : text_of(*group, "group_id", "");
    }
    void sort_children() {
        for (Node& node : nodes_) {
            std::ranges::sort(node.children, [this](size_t a, size_t b) { return comes_before(id_of(a), id_of(b)); });
        }
    }

    // An edge between tasks is one between the two children, of the group that holds both, in which they lie.
    void lift_edges() {
        for (size_t task = 0; task < dag_.tasks.size(); ++task) {
            for (const size_t below : dag_.tasks[task].downstream) {
                size_t from = task, to = below;
                while (nodes_[from].depth > nodes_[to].depth) from = nodes_[from].parent;
                while (nodes_[to].depth > nodes_[from].depth) to = nodes_[to].parent;
                while (nodes_[from].parent != nodes_[to].parent) {
                    from = nodes_[from].parent;
                    to = nodes_[to].parent;
                }
                if (nodes_[from].next.insert(to).second) ++nodes_[to].waits_for;
            }
        }
    }

    std::vector<size_t> sorted_children(size_t node) {
        const auto& children = nodes_[node].children;
        std::vector<size_t> order;
        std::set<size_t> left;  // places in `children`
        std::vector<size_t> place_of(nodes_.size());
        std::priority_queue<size_t, std::vector<size_t>, std::greater<>> ready;
        for (size_t place = 0; place < children.size(); ++place) {
            place_of[children[place]] = place;
            left.insert(place);
            if (nodes_[children[place]].waits_for == 0) ready.push(place);
        }
        while (!left.empty()) {
            if (ready.empty()) ready.push(*left.begin());  // groups that wait for each other
            const size_t place = ready.top();
            ready.pop();
            if (left.erase(place) == 0) continue;
            order.push_back(children[place]);
            for (const size_t next : nodes_[children[place]].next)
                if (--nodes_[next].waits_for == 0) ready.push(place_of[next]);
        }
        return order;
    }

    const Dag& dag_;
    std::vector<Node> nodes_;
    size_t root_ = 0;
};

StructureTask describe(const Task& task, const json::object& fields) {
    StructureTask made;
    made.task_id = task.task_id;
    made.display_name = task.display_name.value_or(task.task_id.str());
    made.operator_name = task.operator_name.value_or(task.task_type);
    made.task_type = task.task_type;
    made.trigger_rule = task.trigger_rule;
    made.is_mapped = task.mapped && !task.mapped->is_by_group();
    made.is_setup = task.is_setup;
    made.is_teardown = task.is_teardown;
    made.owner = task.owner;
    made.pool = task.pool.str();
    made.queue = task.queue;
    made.retries = task.retry.retries;
    made.ui_color = text_of(fields, "ui_color", "#fff");
    made.ui_fgcolor = text_of(fields, "ui_fgcolor", "#000");
    made.doc_md = task.doc_md;
    return made;
}

std::optional<std::string> label_of(const json::object& definition, const TaskId& source, const TaskId& target) {
    const auto* labels = json::find_object(definition, "edge_labels");
    const auto* of_source = labels == nullptr ? nullptr : json::find_object(*labels, source.str());
    if (of_source == nullptr) return std::nullopt;
    const auto* label = of_source->if_contains(target.str());
    if (label == nullptr || !label->is_string()) return std::nullopt;
    return std::string(label->get_string());
}

}  // namespace

Result<DagStructure> make_dag_structure(const json::object& definition, int version_number) {
    const Dag dag = TRY(dag_from_json(definition));
    DagStructure made;
    made.version_number = version_number;
    Tree tree(dag, definition);
    std::vector<size_t> order;
    made.root = tree.group(tree.root(), order);
    made.root.label = dag.display_name.value_or(dag.dag_id.str());
    std::vector<size_t> row_of(dag.tasks.size());
    for (size_t row = 0; row < order.size(); ++row) row_of[order[row]] = row;
    std::map<TaskId, const json::object*> fields;
    if (const auto* tasks = json::find_array(definition, "tasks"))
        for (const auto& task : *tasks) fields[TaskId(text_of(task.get_object(), "task_id", ""))] = &task.get_object();
    for (size_t row = 0; row < order.size(); ++row) {
        const Task& task = dag.tasks[order[row]];
        StructureTask& placed = made.tasks.emplace_back(describe(task, *fields.at(task.task_id)));
        for (const size_t below : task.downstream) placed.downstream.push_back(row_of[below]);
        std::ranges::sort(placed.downstream);
        for (const size_t target : placed.downstream) {
            const Task& below = dag.tasks[order[target]];
            made.edges.push_back(
                {row, target, label_of(definition, task.task_id, below.task_id), task.is_setup && below.is_teardown});
        }
    }
    return made;
}

}  // namespace gale
