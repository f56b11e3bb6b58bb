import { useParams } from '../../app/navigation';
import { Results } from '../../results/results';

export default function ResultsTab() {
  const { dag_id = '', dag_run_id = '' } = useParams();
  return <Results run={{ dag_id, dag_run_id }} />;
}
