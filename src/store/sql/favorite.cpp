// Favourites: DAGs that a person has marked.
#include "store/sql/list_query.hpp"
#include "store/sql/rows.hpp"
#include "store/sql/sql_store.hpp"

namespace gale::sql {

Result<bool> SqlStore::set_dag_favorite(const std::string& username, const DagId& dag_id, bool is_favorite) {
    return write([&](Transaction& transaction) -> Result<bool> {
        {
            auto dag = TRY(transaction.query("SELECT 1 FROM dag WHERE dag_id = ?", dag_id));
            if (!TRY(dag.next())) return std::unexpected(no_such_dag(dag_id));
        }
        const auto changed = TRY(
            transaction.execute(is_favorite ? "INSERT INTO dag_favorite (username, dag_id) VALUES (?, ?) ON CONFLICT "
                                              "(username, dag_id) DO NOTHING"
                                            : "DELETE FROM dag_favorite WHERE username = ? AND dag_id = ?",
                                username, dag_id));
        if (changed > 0) transaction.notify(Channel::events);
        return changed > 0;
    });
}

Result<std::set<DagId>> SqlStore::favorites_among(const std::string& username, const std::vector<DagId>& dag_ids) {
    if (dag_ids.empty()) return std::set<DagId>();
    ListQuery list("dag_favorite");
    std::vector<std::string> names;
    for (const DagId& dag_id : dag_ids) names.push_back(dag_id.str());
    list.where("username = ?", username);
    list.where_in("dag_id", names);
    return read([&](Connection& connection) -> Result<std::set<DagId>> {
        auto cursor = TRY(connection.query(list.select("dag_id"), list.values()));
        std::set<DagId> found;
        while (TRY(cursor.next())) {
            DagId dag_id;
            TRY(cursor.read("dag_favorite", dag_id));
            found.insert(std::move(dag_id));
        }
        return found;
    });
}

}  // namespace gale::sql
